import type { HelpOf } from "../../registry.ts";
import type { jobsEn } from "../en/jobs.ts";

/** ジョブを扱うコマンドのメッセージ、エラーも含む。 */
export const jobsJa: Readonly<Record<keyof typeof jobsEn, string>> = {
  "submit.uploaded": "{files} ファイル ({bytes}) をアップロードしました",
  "submit.uploadedMore":
    "{files} ファイル ({bytes}) をアップロードしました。{unchanged} ファイルは変更なし",
  "submit.done": "投入しました: {prefix}",
  "wait.waitsFor": "{jobs} の終了待ち",
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
const INPUT =
  "データセットの NAME[/PATH][=WHERE]、またはジョブの結果の JOB:PATH[=WHERE]。何も送らずにジョブに渡す (データセットは読み取り専用)。繰り返し指定可";
const AFTER =
  "このジョブの正常終了後に開始。JOB:any なら終了後、JOB:failed なら正常終了しなかった場合。繰り返し指定可";
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
      input: INPUT,
      after: AFTER,
      delete: "フォルダーにないファイルをバケットから削除",
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
      input: INPUT,
      after: AFTER,
      delete: "フォルダーにないファイルをバケットから削除",
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
