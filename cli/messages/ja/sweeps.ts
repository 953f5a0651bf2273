import type { sweepsEn } from "../en/sweeps.ts";

/** スイープと失敗分の再実行のメッセージ、エラーも含む。 */
export const sweepsJa: Readonly<Record<keyof typeof sweepsEn, string>> = {
  "sweep.notifyArray":
    "--notify は 1 つのアレイジョブのスイープでだけ使えます。行ごとにメールが送られるためです",
  "sweep.noParameters":
    "パラメーターがありません。--params でファイルを指定するか、フォルダーの後に --set NAME=VALUE,VALUE を指定してください",
  "sweep.noTable": "{path}: この表がないか、読めません",
  "sweep.emptyTable": "{path}: 1 行目にパラメーター名、続けて 1 行に 1 組の値が必要です",
  "sweep.badTable": "{path} の {line} 行目: {why}",
  "sweep.table.unclosed": "引用符が閉じていません。閉じるか、値の中の引用符を二重にしてください",
  "sweep.table.quote":
    "値の途中に引用符があるか、閉じた後に文字があります。値全体を引用符で囲み、中の引用符を二重にしてください",
  "sweep.table.return": "LF のない CR があります。改行を LF か CRLF にして保存してください",
  "sweep.table.fields":
    "値が {count} 個ですが、1 行目は {wanted} 個です。区切り文字を含む値は引用符で囲んでください",
  "sweep.badSet":
    "--set {set}: NAME=VALUE,VALUE か、NAME=1..10、NAME=0..1..0.1 のような範囲を指定してください",
  "sweep.badRange":
    "--set {name}={range}: 範囲ではありません。FIRST..LAST か FIRST..LAST..STEP を、0..1..0.1 のように普通の数と、最初から最後へ向かう刻みで指定してください。文字列にするには、シェルが取り除かないように二重引用符で囲んでください: --set '{name}=\"{range}\"'",
  "sweep.badName":
    "{name} はパラメーター名にできません。英字、数字、_ を使い、シェルや Slurm の変数は避けてください",
  "sweep.twice": "パラメーター {name} が 2 回あります。1 つにしてください",
  "sweep.manyNames": "パラメーターは最大 {max} 個です",
  "sweep.manyRows": "{count} 行あります。スイープは最大 {max} 行です。分けてください",
  "sweep.badValue":
    "{row} 行目の {name}: 値は最大 {max} バイトで、NUL を含められません。長いものはフォルダーのファイルにしてください",
  "sweep.tooLong":
    "パラメーターが 1 つのスイープには長すぎます。分けるか、一部をファイルにしてください",
  "sweep.fileIsThere":
    "{path} があります。スイープが同じ名前のファイルを作るため、改名するか削除してください",
  "sweep.array": "--array はスイープが作ります。同時に動くタスク数は --at-once で指定してください",
  "sweep.notAlone": "{flag} は行ごとのプレフィックスでは使えません。外してください",
  "sweep.longName": "{name}: --prefix-per-row のスイープ名は最大 {max} 文字です",
  "sweep.taken":
    "{name}: この名前の下にはすでにオブジェクトがあります。別の --prefix を指定するか、--only-failed を付けてください",
  "sweep.rowTaken":
    "{prefix}: 行の名前ですが、その下にこのスイープのものではないオブジェクトがあります。別の --prefix を指定してください",
  "sweep.isSweep":
    "{prefix} はスイープの名前です。別の --prefix を指定するか、失敗した行を次で再度投入してください: {command}",
  "sweep.manyFiles":
    "フォルダーのファイルがスイープには多すぎます。いくつかを 1 つにまとめてください",
  "sweep.noFiles":
    "{name}: ファイルがバケットにありません。フォルダーと --prefix {name} を指定してもう一度実行してください",
  "sweep.notNamed":
    "{name}: 完了しなかった {count} 行のすべては記録にありません。その行の新しいスイープを投入してください",
  "sweep.none": "{name}: この名前のスイープはバケットにありません",
  "sweep.noneFrom":
    "{path}: ここから投入されたスイープは分かりません。フォルダーの代わりに名前を指定してください",
  "sweep.done": "投入しました: {name} ({rows} 行)",
  "sweep.again": "再度投入しました: {name} ({total} 行中 {rows} 行)",
  "sweep.nothing": "{name}: 失敗した行はありません。投入していません",
  "sweep.later":
    "失敗した {left} 行が残っています。sbatch に渡せる長さを超えるため、今回の終了後にもう一度実行してください",
  "sweep.rowFailed": "{prefix}: {why}",
  "sweep.notAll": "{total} 行中 {count} 行を投入できませんでした。投入するには: {command}",
  "sweep.missing":
    "{total} 行中 {missing} 行は不明です。ジョブが削除され、終わり方の記録もありません。再度投入するには: {command}",
  "sweep.counts": "{total} 行中 {completed} 完了、{failed} 失敗、{open} 未終了",
  "failed.whichJob":
    "{path}: ここから投入されたジョブは分かりません。--prefix で指定するか、--only-failed を外してください",
  "failed.noEnd": "{prefix}: 終了したジョブがありません。--only-failed を外してください",
  "failed.noArray":
    "{prefix}: 前回の実行はアレイジョブとして記録されていません。--only-failed を外してください",
  "failed.none": "{prefix}: 全タスクが完了しています。投入していません",
  "failed.notAll":
    "{prefix}: 完了しなかった {count} タスクのうち、記録にあるのは {named} 個です。必要なものを -- --array=… で投入してください",
  "failed.long":
    "{prefix}: 完了しなかった {count} タスクの一覧が sbatch には長すぎます。-- --array=… で分けて投入してください",
};
