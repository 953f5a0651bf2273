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
  "slurm.noBucket":
    "バケットが指定されていません。CLOUD_SUBMIT_BUCKET、または {file} の {json} で指定してください",
  "slurm.noSuchBucket":
    "そのバケットはありません。CLOUD_SUBMIT_BUCKET、または cloud-submit.json のバケットを確認してください",
  "slurm.noRegion":
    "AWS のリージョンが分かりません。AWS_REGION、または AWS プロファイルの region を設定してください",
  "slurm.customerKey":
    "オブジェクトの暗号化の鍵が合いません。書き込みに使った鍵のファイルを CLOUD_SUBMIT_SSE_C_KEY に設定するか、鍵なしで書き込まれたなら設定を外してください",
  "slurm.deniedCustomerKey":
    "CLOUD_SUBMIT_SSE_C_KEY の鍵を S3 が拒否しました。別の鍵で書き込まれたか、バケットが SSE-C を禁止しています (2026 年 4 月以降に作られたバケットの既定。BlockedEncryptionTypes で変更)。そうでなければ {action} の権限を追加してもらってください",
  "slurm.deniedPut":
    "S3 が書き込みを拒否しました。{action} の権限がないか、バケットポリシーが条件を求めています。暗号化なら CLOUD_SUBMIT_SSE、ACL なら CLOUD_SUBMIT_ACL を設定してください",
};
