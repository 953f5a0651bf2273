import type { resultsEn } from "../en/results.ts";

/** 日本語のメッセージ：Slurm コマンドが取得する結果 */
export const resultsJa: Record<keyof typeof resultsEn, string> = {
  "results.otherRun":
    "バケットの {prefix} は別の実行のもの、または空で、このジョブの結果は残っていません。もう一度投入してください",
  "results.notFinal": "{prefix} はまだ終了していません",
  "results.beside": "{path} はここで変更されたため残しました。ジョブのものは {at} にあります",
  "results.skipped": "{path}: {reason}",
  "results.more": "{line}、ほか {count} 件",
  "results.overdue": "1 日間試みました: {error}",
};
