import type { HelpOf } from "../../registry.ts";
import type { jobsEn } from "../en/jobs.ts";

/** ジョブを扱うコマンドのメッセージ、エラーも含む。 */
export const jobsJa: Readonly<Record<keyof typeof jobsEn, string>> = {
  "submit.uploaded": "{files} ファイル ({bytes}) をアップロードしました",
  "submit.uploadedMore":
    "{files} ファイル ({bytes}) をアップロードしました。{unchanged} ファイルは変更なし",
  "submit.named": "大きな {files} ファイルは別のプレフィックスで送信済みのため、再送しませんでした",
  "submit.done": "投入しました: {prefix}",
  "wait.waitsFor": "{jobs} の終了待ち",
  "wait.some": "{total} 件中 {ended} 件が終了",
  "onEnd.failed": "{prefix}: --on-end のコマンドが失敗しました: {how}",
  "again.written": "{prefix}: {state} に {minutes} 分間応答がないため、もう一度要求しました",
  "again.nameless":
    "{prefix}: {state} に {minutes} 分間応答がありません。イベントが失われた場合、{state} を書き込み直すとジョブが始まります",
  "again.failed":
    "{prefix}: {state} に {minutes} 分間応答がなく、もう一度要求することもできませんでした: {why}",
  "fetch.done": "{files} ファイル ({bytes}) を {folder} に取得しました",
  "fetch.unfinished": "{prefix} は {state} です。最終結果ではありません",
  "fetch.notDelete": "{prefix} は {state} です。--delete を外すか、終了してから取得してください",
  "fetch.noManifest": "{prefix} のマニフェストを読めません。--delete を外してください",
  "fetch.beside": "{path} はここで変更されているので残しました。ジョブのファイルは {at} です",
  "fetch.overwrite": "残さずに置き換えるには、--overwrite を付けて再度取得してください",
  "fetch.notChosen": "結果の規則により、{files} ファイル ({bytes}) はクラスターに残りました",
  "fetch.nothing": "条件に合うファイルはこのジョブにありません",
  "fetch.head.path": "パス",
  "fetch.head.size": "サイズ",
  "fetch.head.time": "日時",
  "fetch.skipped": "除外 {path}: {reason}",
  "delete.one": "削除 {path}",
  "delete.more": "ほか {count} 件。合計 {total} 件を削除しました",
  "cancel.asked": "{prefix} の取り消しを依頼しました",
  "cancel.already": "{prefix} はすでに取り消し中です",
  "cancel.ended": "{prefix} はすでに終了しています: {state}",
  "ask.yesNo": "[y/N]",
  "rm.plan": "{jobs} 件のジョブ、{objects} 個のオブジェクト、{bytes}",
  "rm.ask": "完全に削除しますか?",
  "rm.nothing": "何も削除していません",
  "rm.done": "{prefix} を削除しました: {objects} 個のオブジェクト、{bytes}",
  "rm.active": "{prefix} は実行中 ({state}) のため残します。先に取り消すには: {command}",
  "rm.changed":
    "{prefix}: 途中で別のクライアントが状態を書き込みました。それ以降は何も削除していません",
  "rm.young":
    "{prefix}: {count} 個のオブジェクトは直近 10 分以内に書き込まれ、アップロード中の可能性があるため残しました。{minutes} 分後にもう一度実行してください",
  "rm.refused": "{prefix}: S3 が {count} 個のオブジェクトを削除しません: {why}",
  "rm.versions":
    "{prefix}: 以前のバージョンはバケットのルールが削除するまで残ります。今削除するには s3:ListBucketVersions と s3:DeleteObjectVersion が必要です",
  "rm.notNoted":
    "スイープ {name}: 削除する行の終わり方を書き込めないため、以後は不明な行になります: {why}",
  "rm.row":
    "{prefix} は残します。このスイープの行 {job} が実行中 ({state}) です。先に取り消すには: {command}",
  "rm.dataSet": "{prefix} はデータセットのため残します。削除するには: {command}",
  "rm.needed": "{prefix}: 終了していないジョブ {job} が必要としています",
  "rm.othersUnseen": "ほかのユーザーのジョブは見えません。使われている可能性があります",
  "prune.stay":
    "削除するジョブはありません: 実行中 {active} 件、終了していないジョブが参照 {named} 件、終了が指定より後 {young} 件",
  "prune.none": "削除するジョブはありません",
  "prune.named": "{prefix} は残します。終了していないジョブが参照しています",
};

const INPUT =
  "データセットの NAME[/PATH][=WHERE]、またはジョブの結果の JOB:PATH[=WHERE]。何も送らずにジョブに渡す (データセットは読み取り専用)。繰り返し指定可";
const AFTER =
  "このジョブの正常終了後に開始。JOB:any なら終了後、JOB:failed なら正常終了しなかった場合。繰り返し指定可";
const PREFIX = "バケット内のジョブ名 (ジョブが 1 つの場合。既定: 名前と時刻から作成)";
const SELF_CONTAINED =
  "以前に送信したかどうかにかかわらず、ジョブ自身のプレフィックスにないファイルをすべて送信";
const ONLY_FAILED =
  "アレイジョブの前回の実行で完了しなかったタスクだけ。--prefix がなければ、ここから最後に投入したジョブ";
const SBATCH = "sbatch のオプション (-- の後)";
const RESULTS =
  "これに合う結果だけを戻す。書き方は .gitignore と同じ (.cloudsubmitresults にも書ける)";
const NO_RESULTS = "これに合う結果は戻さない";
const ON_END =
  "ジョブが終わったら、このコマンドをシェルで実行。環境変数 CLOUD_SUBMIT_JOB_PREFIX、_OUTCOME、_STATE、_EXIT_CODE (シェルと同じ形のジョブの終了コード)、_SLURM_JOB_ID で結果が分かる";
const NOTIFY =
  "ジョブが終わったらこのアドレスにメールを送る。管理者が許可したアドレスかドメインに限り、初回は AWS からの確認メールへの同意が要る。許可されていなければ何も送られず、管理者の functions/notify のログにだけ残る";
const ONE_JOB = "バケット内のジョブ名";

/** run と submit に共通のもの。 */
const SUBMIT_FLAGS = {
  prefix: PREFIX,
  input: INPUT,
  after: AFTER,
  results: RESULTS,
  noResults: NO_RESULTS,
  selfContained: SELF_CONTAINED,
  delete: "フォルダーにないファイルをバケットから削除",
  notify: NOTIFY,
  onlyFailed: ONLY_FAILED,
};

/** そのヘルプ。 */
export const jobsHelpJa: HelpOf<"jobs"> = {
  run: {
    summary: "フォルダーかスクリプトを投入し、終了を待って結果を取得",
    details:
      "結果はそのフォルダーに、スクリプトの場合は隣の同名フォルダーに入ります。その間にここで変更されたファイルは残し、ジョブのものは NAME.fetched として隣に置きます。",
    arguments: {
      path: "job-aws-run.sh のあるフォルダー、またはジョブスクリプト",
      sbatchOptions: SBATCH,
    },
    flags: {
      ...SUBMIT_FLAGS,
      to: "結果を取得するフォルダー",
      overwrite: "送受信の後にここで変更されたファイルも置き換える",
      timeout: "待つ秒数の上限。ジョブは継続",
      onEnd: ON_END,
    },
  },
  submit: {
    summary: "フォルダーやスクリプトをアップロードし、実行を依頼",
    details:
      "バケットにある同じファイルは再送しません。1 MiB 以上のファイルは、以前に別のプレフィックスで送信済みの場合も再送しません。ジョブはそのフォルダーのファイルだけで実行され、プレフィックスの下のほかのファイルは使われません。複数のフォルダーは順に別々のジョブになり、同じものを 2 回指定しても同じです。1 つが失敗しても残りは続け、終了コードは wait と同じく最も悪いものです。ただし一部が投入されたときは 2 ではなく 6 です。",
    arguments: {
      path: "job-aws-run.sh のあるフォルダー、またはジョブスクリプト",
      sbatchOptions: SBATCH,
    },
    flags: {
      ...SUBMIT_FLAGS,
    },
  },
  sweep: {
    summary: "フォルダーかスクリプトを、パラメーターの行ごとに 1 回ずつ投入",
    details:
      "通常は 1 つのアレイジョブで、行ごとに 1 タスクです。アップロードもプレフィックスも 1 つです。ジョブスクリプトの最初に `. ./sweep-row.sh` と書くと、その行のパラメーターが環境変数になります。全行は sweep-params.csv にあります。docs/sweeps.md を参照してください。",
    arguments: {
      path: "job-aws-run.sh のあるフォルダー、またはジョブスクリプト。--only-failed ではスイープの名前も可",
      sbatchOptions: SBATCH,
    },
    flags: {
      params: "1 行目が名前、以降が 1 行に 1 組の値の表。CSV、名前が .tsv で終わるものは TSV",
      set: "1 つのパラメーターの値: a=1,2,3 または a=1..10 のような範囲。複数ならすべての組み合わせ",
      prefixPerRow: "アレイの代わりに、行ごとに別のプレフィックスのジョブにする",
      prefix: "バケット内のスイープ名 (既定: 名前と時刻から作成)",
      atOnce: "アレイで同時に動くタスク数の上限",
      notify: NOTIFY,
      onlyFailed: "完了しなかった行だけ。パラメーターは前と同じ",
      missing: "--only-failed と共に: 終わり方の記録がないままジョブが削除された行も",
      dryRun: "行を表示し、何も投入しない",
    },
  },
  "slurm run": {
    summary: "sbatch など、Slurm のコマンドとして動く",
    details:
      "slurm install が作る、その名前のリンクで呼び出すのと同じです。名前の後はすべてそのコマンドのものです。",
    arguments: { name: "コマンド", words: "そのオプションと引数" },
  },
  "slurm fetcher": {
    summary: "sbatch で送ったジョブの結果を、残りがなくなるまで取得する",
    details:
      "sbatch が、ユーザーとバケットごとに 1 つ、自動でバックグラウンドに起動します。終了させた場合に呼び出してください。",
  },
  wait: {
    summary: "ジョブの終了を待つ。結果は終了コードで分かる",
    details: "複数のジョブでは最も悪い終了コードになります (順に 2 7 6 4 3 1 5 0)。",
    arguments: { prefix: ONE_JOB },
    flags: {
      any: "最初の 1 つが終わるまで。その終了コードを返す",
      all: "すべてが終わるまで (既定)",
      timeout: "待つ秒数の上限。ジョブは継続",
      onEnd: ON_END,
    },
  },
  fetch: {
    summary: "ジョブのファイルを取得 (複数可)",
    details:
      "フォルダーにある同じファイルはそのままです。ここで変更されたファイルは残し、取得したものは NAME.fetched として隣に置きます。複数のジョブはそれぞれ別のフォルダーに入ります。JOB:PATH はその 1 ファイルを標準出力に書きます。",
    arguments: { prefix: `${ONE_JOB}。JOB:PATH を 1 つだけ指定するとその 1 ファイル` },
    flags: {
      include: "これに合うファイルだけ。書き方は .gitignore と同じ",
      exclude: "これに合うファイルを除く",
      resultsOnly: "送ったものを除き、ジョブから戻ったものだけ",
      list: "取得されるものを大きさと日時とともに表示し、取得はしない",
      to: "取得先のフォルダー。複数のジョブでは DIR/ジョブ名 (既定: プレフィックスと同名)",
      overwrite: "送受信の後にここで変更されたファイルも置き換える",
      delete:
        "終了したジョブにないファイルをフォルダーから削除。--include と --exclude が選ぶものだけ。.cloudsubmitignore が示すファイルと、ジョブと共に送ったファイルは残す",
    },
  },
  cancel: {
    summary: "ジョブを取り消す",
    details: "終了したジョブはそのままです。",
    arguments: { prefix: ONE_JOB },
    flags: { wait: "ジョブが終わるまで待つ", timeout: "--wait の秒数の上限" },
  },
  rm: {
    summary: "ジョブをバケットから完全に削除",
    details:
      "ジョブ名の下にあるすべてを削除します。入力、結果、そしてこの認証情報で削除できる以前のバージョンです。先に、内容と、一覧できる範囲でそれを必要とするジョブを表示し、確認します。実行中のジョブは残すので、先に取り消してください。ジョブの終了後、直近 10 分以内に書き込まれたものも、アップロード中の可能性があるため残します。中断したアップロードのファイルと、実行中の行がないスイープの共有ファイルも削除します。",
    arguments: { prefix: ONE_JOB },
    flags: { yes: "確認しない", dryRun: "削除せず、対象を表示" },
  },
  prune: {
    summary: "かなり前に終了したジョブを完全に削除",
    details:
      "削除の仕方は rm と同じです。実行中のジョブと、終了していないジョブが入力として参照するか待っているジョブは、一覧できる範囲で残します。データセットも残します。",
    arguments: {
      pattern: "名前。* と ? はシェルと同じ。なければ名前の先頭",
    },
    flags: {
      older: "これより前に終了したジョブのみ: 12h、30d、8w 前、または日付",
      keepResults: "投入したものだけを削除し、結果と記録を残す",
      yes: "確認しない",
      dryRun: "削除せず、対象を表示",
    },
  },
  "data put": {
    summary: "フォルダーをデータセットとしてアップロード。ジョブは --input で使う",
    details:
      "バケットにある同じファイルは再送しません。すべてがバケットに入ってから、ジョブで使えるようになります。",
    arguments: {
      folder: "フォルダー",
      name: "バケット内のデータセット名。ジョブには使えない名前になる",
    },
    flags: { delete: "フォルダーにないファイルをバケットから削除" },
  },
  "data list": {
    summary: "データセットを一覧",
    arguments: {
      pattern: "名前。シェルのように * と ? を使える。なければ名前の先頭部分",
    },
  },
  "data rm": {
    summary: "データセットを削除",
    details: "終了していないジョブが使っているものは削除しません。",
    arguments: { name: "データセット名" },
    flags: { yes: "確認しない" },
  },
};
