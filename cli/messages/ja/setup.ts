import type { HelpOf } from "../../registry.ts";
import type { setupEn } from "../en/setup.ts";

/** 準備のコマンドのメッセージ、エラーも含む。 */
export const setupJa: Readonly<Record<keyof typeof setupEn, string>> = {
  "init.askBucket": "ジョブを送るバケット名は?",
  "init.badBucket": "バケット名は a-z 0-9 . - の 3 から 63 文字です",
  "init.askRegion": "バケットの AWS リージョンは? (空欄: AWS ツールの設定)",
  "init.askProfile": "AWS プロファイルは? (空欄: AWS ツールの設定)",
  "init.cancelled": "何も書き込みませんでした",
  "init.noBucket": "バケットを --bucket NAME で指定してください",
  "init.written": "{path} を書き込みました",
  "init.next": "動作の確認: cloud-submit doctor",
  "doctor.looking": "確認中 ...",
  "doctor.fix": "対処: {fix}",
  "doctor.good": "問題はありません。",
  "doctor.bad": "{broken} 件の問題があります。",
  "doctor.settings": "バケット {bucket}",
  "doctor.nodeFix": "Node.js 20.15 以降を導入してください",
  "doctor.credentialsFix": "aws configure、aws sso login、または AWS_PROFILE を設定してください",
  "doctor.regionFix": "--region、AWS_REGION、または cloud-submit init で指定してください",
  "doctor.throughProxy": "{host}: プロキシー {proxy} ({variable}) を経由します",
  "doctor.direct": "{host}: プロキシーなし",
  "doctor.certificates": "証明書: {certificates}",
  "doctor.networkFix": "設定を直すか、外してください",
  "doctor.bucketOk": "{bucket} を一覧できます",
  "doctor.bucketFix":
    "バケット名とリージョンを確認してください: --bucket、--region、cloud-submit init",
  "doctor.bucketDenied":
    "スタックの投入者用ポリシーが必要です。自分のプレフィックスだけの場合は --prefix NAME を指定してください",
  "doctor.ownPrefixOk": "使えるのは {own} で始まるプレフィックスです",
  "doctor.ownPrefixShared":
    "使えるのは {user}- で始まるプレフィックスです。名前が同じように始まるほかの利用者のものも含まれます",
  "doctor.ownPrefixSharedFix":
    "管理者に OwnPrefixSubmitterPolicy を OwnNameSubmitterPolicy に替えてもらい、新しいプレフィックスは {own} で始めてください",
  "doctor.ownPrefixNone":
    "IAM ユーザー名 {user} には専用のプレフィックスがありません。ほかの利用者のものと同じように始まります",
  "doctor.ownPrefixNoneFix":
    "管理者に、英数字で始まり、A-Z a-z 0-9 . _ - だけを使い、ハイフンが二つ続かず、ハイフンで終わらないユーザー名を頼んでください",
  "doctor.eventsOk": "EventBridge への通知は有効です",
  "doctor.eventsOff": "{bucket} は EventBridge に通知しません。ジョブは開始されません",
  "doctor.eventsUnknown":
    "EventBridge への通知の設定は、この認証情報では読めません (s3:GetBucketNotification)",
  "doctor.objectsOk": "{scratch}/ の下に書き込み、読み出し、削除できました",
  "doctor.objectsDiffer": "{key} の内容が書き込んだものと違います",
  "doctor.actionsFix":
    "{prefix}/ の下で {actions} の許可を依頼してください。スタックの投入者用ポリシーに含まれています",
  "doctor.clockOff": "この端末の時計は S3 より {seconds} 秒進んでいます",
  "doctor.clockUnknown": "S3 の時刻が分かりませんでした",
  "doctor.clockFix": "時計を合わせてください。S3 は 15 分以上ずれた要求を拒否します",
  "doctor.agentOk": "{host} で稼働中、バージョン {version}、最後のハートビートは {ago} 前",
  "doctor.agentDenied": "ハートビートがないか、この認証情報では読めません",
  "doctor.agentFix": "管理者が cloud-submit headnode status と headnode install を実行してください",
  "doctor.slurmFix": "管理者がヘッドノードの slurmctld を確認してください",
  "doctor.minJobAge":
    "Slurm は終了したジョブを {seconds} 秒で忘れます。エージェントの停止中に終わったタスクの結果が分からなくなることがあります",
  "doctor.minJobAgeFix": "管理者が slurm.conf の MinJobAge を既定値の 300 にしてください",
  "doctor.versionDiffers": "このコマンドは {version} です",
  "doctor.versionFix": "古い方を更新してください (npm または cloud-submit headnode update)",
  "doctor.ssmFound": "{instance} は {pingStatus}、SSM エージェント {version}",
  "doctor.ssmOld": "このバージョンでも動作します。{version} 以降はパラメーターを環境変数で渡します",
  "doctor.ssmMissing": "SSM は {host} を認識していません",
  "doctor.ssmAnyHost": "ヘッドノード",
  "doctor.ssmDenied":
    "この認証情報では SSM に問い合わせできません (ssm:DescribeInstanceInformation)。ジョブの投入には不要です",
  "doctor.ssmFix":
    "管理者がヘッドノードの SSM エージェントの導入と稼働、ロールの AmazonSSMManagedInstanceCore を確認してください (docs/production.md)",
  "doctor.notChecked": "確認していません: {names}",
  "doctor.wayFix":
    "回線と、HTTPS_PROXY、NO_PROXY、AWS_CA_BUNDLE の設定を確認してください (docs/networks.md)",
  "doctor.portalFix":
    "ブラウザーでネットワークにサインインするか、管理者にこのホストの許可を依頼してください (docs/networks.md)",
  "doctor.latency": "小さな要求の応答まで {median} ms ({least} から {most} ms)",
  "doctor.connection": "新しい接続: {steps}",
  "doctor.partsOk": "パートに分けて送り、読み出し、削除し、アップロードを取り消せました",
  "doctor.rates": "上り {up}、下り {down}",
  "doctor.rate": "{rate}/s ({bytes} を {seconds} 秒、1 GiB は {gib})",
  "doctor.rateUnknown": "測定できませんでした",
  "doctor.leftovers": "削除できませんでした。削除するには: {fix}",
  "doctor.jobDone": "{outcome}、{total} ({steps})",
  "doctor.jobPrefix": "{prefix}/ の下に既にオブジェクトがあるため、ジョブは実行していません",
  "doctor.jobPrefixFix": "使われていない --prefix を指定してください",
  "doctor.jobLeftovers":
    "{prefix}/ ではジョブがまだ動いている可能性があります。終了後に残ったものを削除するには: {fix}",
  "doctor.jobFix": "cloud-submit status {prefix} --explain",
};

/** そのヘルプ。 */
export const setupHelpJa: HelpOf<"setup"> = {
  init: {
    summary: "必要なことを尋ね、cloud-submit.json を書く",
    details: "端末でなければ何も尋ねません。--bucket、--region、--profile を指定してください。",
    flags: { force: "既存のファイルを上書き" },
  },
  doctor: {
    summary: "ジョブに必要なものを順に確認し、対処を示す",
    details: "問題があれば終了コード 1 です。",
    flags: {
      deep: "回線の遅延と速度を測り、パートでの送信を試し、SSM にヘッドノードを問い合わせ、何もしないジョブを実際に送り、時間を測る",
      prefix: "試し書きの場所 (既定: 自動で作成)",
      timeout: "--deep の秒数の上限 (既定: {default})",
    },
  },
  "slurm install": {
    summary: "スクリプトが呼び出す sbatch、squeue、scancel などの名前のリンクを作る",
    details: "同じ名前で、このプログラムのリンクではないものは、そのまま残します。",
    arguments: { folder: "リンクを作るフォルダー。なければ作る" },
  },
  "slurm env": {
    summary: 'これらのリンクを PATH の先頭に置く行を出力: eval "$(cloud-submit slurm env)"',
    details: "リンクは cloud-submit 自身のフォルダーに作ります。",
  },
  completion: {
    summary: "シェル補完のスクリプトを出力",
    arguments: { shell: "シェル" },
  },
};
