import type { slurmEn } from "../en/slurm.ts";

/** Slurm フロントエンドのメッセージ、エラーも含む。 */
export const slurmJa: Readonly<Record<keyof typeof slurmEn, string>> = {
  "slurm.noFolder":
    "ジョブを記録するホームフォルダーがありません。HOME、または XDG_STATE_HOME に自分のフォルダーを設定してください",
  "slurm.linked": "{folder} に {names} があります",
  "slurm.path": "名前で呼び出すには: export PATH={folder}:$PATH",
  "slurm.inTheWay":
    "{path} は既にあり、このプログラムのリンクではありません。移動するか、別のフォルダーを指定してください",
  "slurm.noProgram": "インストールされた cloud-submit ではないため、{path} へのリンクを作れません",
  "slurm.interrupted": "ジョブは投入された可能性があります。確認するには: {command}",
};
