import type { HelpOf } from "../../registry.ts";
import type { jobsEn } from "../en/jobs.ts";

/** ジョブを扱うコマンドのメッセージ、エラーも含む。 */
export const jobsJa: Readonly<Record<keyof typeof jobsEn, string>> = {
  "submit.uploaded": "{files} ファイル ({bytes}) をアップロードしました",
  "submit.uploadedMore":
    "{files} ファイル ({bytes}) をアップロードしました。{unchanged} ファイルは変更なし",
  "submit.done": "投入しました: {prefix}",
  "wait.some": "{total} 件中 {ended} 件が終了",
  "again.written": "{prefix}: {state} に {minutes} 分間応答がないため、もう一度要求しました",
  "again.nameless":
    "{prefix}: {state} に {minutes} 分間応答がありません。イベントが失われた場合、{state} を書き込み直すとジョブが始まります",
  "again.failed":
    "{prefix}: {state} に {minutes} 分間応答がなく、もう一度要求することもできませんでした: {why}",
  "fetch.done": "{files} ファイル ({bytes}) を {folder} に取得しました",
  "fetch.unfinished": "{prefix} は {state} です。最終結果ではありません",
  "fetch.beside": "{path} はここで変更されているので残しました。ジョブのファイルは {at} です",
  "fetch.overwrite": "残さずに置き換えるには、--overwrite を付けて再度取得してください",
  "fetch.skipped": "除外 {path}: {reason}",
  "cancel.asked": "{prefix} の取り消しを依頼しました",
  "cancel.already": "{prefix} はすでに取り消し中です",
  "cancel.ended": "{prefix} はすでに終了しています: {state}",
};

const PREFIX = "バケット内のジョブ名 (既定: 名前と時刻から作成)";
const ONLY_FAILED =
  "アレイジョブの前回の実行で完了しなかったタスクだけ。--prefix がなければ、ここから最後に投入したジョブ";
const SBATCH = "sbatch のオプション (-- の後)";
const ONE_JOB = "バケット内のジョブ名";

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
      prefix: PREFIX,
      delete: "フォルダーにないファイルをバケットから削除",
      onlyFailed: ONLY_FAILED,
      to: "結果を取得するフォルダー",
      overwrite: "送受信の後にここで変更されたファイルも置き換える",
      timeout: "待つ秒数の上限。ジョブは継続",
    },
  },
  submit: {
    summary: "フォルダーかスクリプトをアップロードし、実行を依頼",
    details:
      "バケットにある同じファイルは再送しません。ジョブはこのフォルダーのファイルだけで実行され、プレフィックスの下のほかのファイルは使われません。",
    arguments: {
      path: "job-aws-run.sh のあるフォルダー、またはジョブスクリプト",
      sbatchOptions: SBATCH,
    },
    flags: {
      prefix: PREFIX,
      delete: "フォルダーにないファイルをバケットから削除",
      onlyFailed: ONLY_FAILED,
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
      onlyFailed: "完了しなかった行だけ。パラメーターは前と同じ",
      dryRun: "行を表示し、何も投入しない",
    },
  },
  wait: {
    summary: "ジョブの終了を待つ。結果は終了コードで分かる",
    details: "複数のジョブでは最も悪い終了コードになります (順に 2 7 6 4 3 1 5 0)。",
    arguments: { prefix: ONE_JOB },
    flags: {
      any: "最初の 1 つが終わるまで。その終了コードを返す",
      all: "すべてが終わるまで (既定)",
      timeout: "待つ秒数の上限。ジョブは継続",
    },
  },
  fetch: {
    summary: "ジョブのファイルを取得",
    details:
      "フォルダーにある同じファイルはそのままです。ここで変更されたファイルは残し、取得したものは NAME.fetched として隣に置きます。",
    arguments: { prefix: ONE_JOB },
    flags: {
      to: "取得先のフォルダー (既定: プレフィックスと同名)",
      overwrite: "送受信の後にここで変更されたファイルも置き換える",
      delete: "ジョブにないファイルをフォルダーから削除",
    },
  },
  cancel: {
    summary: "ジョブを取り消す",
    details: "終了したジョブはそのままです。",
    arguments: { prefix: ONE_JOB },
    flags: { wait: "ジョブが終わるまで待つ", timeout: "--wait の秒数の上限" },
  },
};
