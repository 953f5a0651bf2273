import type { GlobalFlags } from "../global-flags.ts";
import type { HelpOf } from "../registry.ts";
import type { Group } from "../verb.ts";
import { administrationHelpJa, administrationJa } from "./ja/administration.ts";
import { dataJa } from "./ja/data.ts";
import { errorsJa } from "./ja/errors.ts";
import { jobsHelpJa, jobsJa } from "./ja/jobs.ts";
import { lookingHelpJa, lookingJa } from "./ja/looking.ts";
import { resultsJa } from "./ja/results.ts";
import { setupHelpJa, setupJa } from "./ja/setup.ts";
import { slurmJa } from "./ja/slurm.ts";
import { sweepsJa } from "./ja/sweeps.ts";
import { reasonsJa } from "./reasons-ja.ts";
import type { Messages } from "./say.ts";

/** すべてのメッセージの日本語版。 */
const messages: Messages = {
  "help.hint": "(cloud-submit --help で全コマンドを表示)",
  "help.tagline": "S3 だけを介して、Slurm ジョブをクラウドのクラスターへ送ります。",
  "help.group.jobs": "ジョブ:",
  "help.group.looking": "ジョブの確認:",
  "help.group.setup": "準備:",
  "help.group.administration": "管理者向け:",
  "help.title.usage": "使い方:",
  "help.title.arguments": "引数:",
  "help.title.options": "オプション:",
  "help.title.globalOptions": "共通オプション:",
  "help.title.commands": "コマンド:",
  "help.title.examples": "例:",
  "help.title.exitCodes": "終了コード:",
  "help.help": "ヘルプを表示",
  "help.version": "バージョンを表示",
  "help.verb": "コマンドのヘルプを表示",
  "help.data": "ジョブが入力として使うデータセット: put、list、rm",
  "help.headnode": "ヘッドノードのエージェント: publish、install、update、status、uninstall",
  "help.slurm": "スクリプトが呼び出す Slurm のコマンド: run、fetcher、install、env",
  "help.exit.ok": "正常終了。ジョブは完了",
  "help.exit.jobFailed": "ジョブの失敗、時間超過、メモリー不足、喪失。doctor: 問題あり",
  "help.exit.usage": "使い方か設定の誤り。投入されていない",
  "help.exit.jobError": "JOB_ERROR: ジョブは実行されなかった",
  "help.exit.timeout": "--timeout が経過。ジョブは継続",
  "help.exit.cancelled": "ジョブは取り消された",
  "help.exit.transfer":
    "転送か AWS の失敗、戻せない結果がある、または複数のフォルダーの一部が投入されていない",
  "help.exit.credentials":
    "AWS の認証情報の期限切れ、または認証情報なし。サインインが必要。ジョブは継続",
  "help.exit.interrupted": "中断",
  "flag.seconds": "秒数を指定してください。",
  "flag.whole": "整数を指定してください。",

  "parse.error": "引数に誤りがあります",
  "count.files": "{files} ファイル",
  "progress.upload": "アップロード中",
  "progress.fetch": "取得中",
  "progress.files": "{done}/{total} ファイル",
  "progress.left": "残り {time}",

  "job.slurm": "Slurm ジョブ {id}",
  "job.exitCode": "終了コード {code}",
  "job.signal": "シグナル {signal}",
  "job.ended": "終了",
  "job.notStarted":
    "Slurm が開始できませんでした。多くの場合、--output や --error のフォルダー、または --input のファイルがありません",
  "tasks.completed": "{total} タスク中 {completed} 完了",
  "tasks.more": "ほか {count} 件",
  "job.leftOut": "{count} ファイルは戻せませんでした。例 {path}: {reason}",

  "interrupt.upload":
    "ジョブは投入されていません。送信済みのファイルはバケットに残ります。続けるには: {command}",
  "interrupt.uploaded": "送信済みのファイルはバケットに残ります。続けるには: {command}",
  "interrupt.among": "{total} 件中 {submitted} 件を投入しました。{rest}",
  "interrupt.sweep": "投入されていない行があります。続けるには: {command}",
  "interrupt.asking":
    "ジョブは投入された可能性があります。確認するには: {command} 、ジョブがない場合: {again}",
  "interrupt.wait": "ジョブは継続します。待機を再開するには: {command} 、取り消すには: {cancel}",
  "interrupt.run":
    "ジョブは継続します。取り消すには: {cancel} 、待機を再開して結果を取得するには: {command}",
  "interrupt.fetchAgain": "続けるには: {command}",
  "interrupt.fetch": "結果はバケットにあります。残りを取得するには: {command}",
  "interrupt.logs": "ジョブは継続します。続きを読むには: {command}",
  "interrupt.headnode": "コマンドは継続します。後で確認するには: {command}",
  "interrupt.signIn": "サインインしてから {command}",

  "outage.begins": "S3 に届きません ({why})。届くまで試し続けます",
  "outage.lasts": "S3 から応答がありません、{time} 経過 ({why})",
  "outage.ended": "S3 が再び応答しました ({time} ぶり)",

  ...jobsJa,
  ...dataJa,
  ...lookingJa,
  ...sweepsJa,
  ...setupJa,
  ...resultsJa,
  ...slurmJa,
  ...administrationJa,
  ...errorsJa,
  ...reasonsJa,
};

const globalFlags: Readonly<Record<keyof GlobalFlags, string>> = {
  bucket: "ジョブ用バケット (または CLOUD_SUBMIT_BUCKET、cloud-submit.json)",
  region: "AWS リージョン (または AWS ツールの設定)",
  profile: "AWS プロファイル (または AWS ツールの設定)",
  sse: "オブジェクトの暗号化: AES256、aws:kms[:KEY]、aws:kms:dsse[:KEY] (既定: バケットの設定)",
  sseCKey: "ジョブのデータに使う鍵 (SSE-C) のファイル。ヘッドノードにも同じ鍵が必要",
  limitRate:
    "S3 との転送全体の速度の上限、毎秒バイト数、16K から 1T まで: 500K、1.5M、10MB/s (文字ごとに 1024 倍)。off: 上限なし",
  json: "結果を JSON で出力 (1 オブジェクト、または 1 行に 1 つ)",
  progress: "--json と共に: 進み具合を標準エラー出力に、1 行に 1 つの JSON オブジェクトで出力",
  quiet: "結果とエラーだけを出力",
  lang: "メッセージの言語 (既定: LC_ALL、LC_MESSAGES、LANG)",
};

const verbs: HelpOf<Group> = {
  ...jobsHelpJa,
  ...lookingHelpJa,
  ...setupHelpJa,
  ...administrationHelpJa,
};

/** 日本語。 */
export const ja = { messages, globalFlags, verbs };
