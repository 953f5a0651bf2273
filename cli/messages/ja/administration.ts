import type { HelpOf } from "../../registry.ts";
import type { administrationEn } from "../en/administration.ts";

/** 管理者向けコマンドのメッセージ、エラーも含む。 */
export const administrationJa: Readonly<Record<keyof typeof administrationEn, string>> = {
  "clusterConfig.unpublished":
    "エージェント {version} がまだ {bucket} にありません。pcluster create-cluster の前に cloud-submit headnode publish を実行してください",
  "clusterConfig.sshOpen": "SSH がすべてのアドレスに開いています。--ssh-from CIDR で絞れます",
  "headnode.of": "{cluster} のヘッドノード",
  "headnode.sent": "{target} に送りました。SSM コマンド {id}",
  "headnode.waiting":
    "まだ届いていません。SSM は {minutes} 分間試みます。ヘッドノードとその SSM エージェントの稼働を確認してください",
  "headnode.there": "エージェント {version} は {where} にあります",
  "headnode.uploading": "{name} ({bytes}) をアップロード中",
  "headnode.published": "エージェント {version} を {where} に公開しました",
  "problem.noLogGroup":
    "このアカウントとリージョンにロググループ {group} がありません。--stage、--log-group、--region、--profile を確認してください",
  "problem.noStack":
    "このアカウントとリージョンにスタック {stack} がありません。デプロイする (npx sls deploy) か、--stage、--stack、--region、--profile で指定してください",
  "problem.noOutput":
    "スタック {stack} に出力 {output} がありません。このバージョンの cloud-submit で再度デプロイしてください",
  "problem.noPackages":
    "{folder} にエージェントのパッケージがありません。チェックアウトで npm run build:headnode を実行するか、--packages DIR で場所を指定してください",
  "problem.damagedSums":
    "{file} は、このバージョンの cloud-submit では使えません ({what})。npm run build:headnode で作り直してください",
  "problem.theLine": "行 {line}",
  "problem.noFile": "{name} がない",
  "problem.noPackageOf": "バージョン {version} のパッケージがない",
  "problem.packageMissing": "{file} がありません。npm run build:headnode で作り直してください",
  "problem.packageDiffers":
    "{file} が SHA256SUMS と一致しません。npm run build:headnode で作り直してください",
  "problem.noPackageFor":
    "{architecture} 用のエージェントのパッケージがありません。npm run build:headnode で作ってください",
  "problem.noInstanceId": "{id} はインスタンス ID ではありません",
  "problem.whichHeadNode":
    "ヘッドノードを --cluster-name NAME または --instance-id ID で指定してください",
  "problem.noCommandId": "SSM がコマンドを受け付けましたが、ID を返しませんでした",
  "problem.noHeadNode":
    "SSM から見える、そのようなヘッドノードがありません。--cluster-name と --region、クラスターの稼働、ヘッドノードの SSM 権限 (AmazonSSMManagedInstanceCore) を確認するか、--instance-id を指定してください",
  "problem.noAnswer": "ヘッドノードの応答がありません",
  "problem.failedThere":
    "{instance} での {action} は終了コード {exitCode} で終わりました。出力は上のとおりです",
  "problem.notDone":
    "SSM が {instance} で実行できませんでした: {status}。ヘッドノードとその SSM エージェントの稼働を確認してください",
  "problem.noInstanceType":
    "{type} はインスタンスタイプではありません。m7i.large や c7g.xlarge のように指定してください",
  "problem.architectures":
    "ヘッドノードの {type} は {architecture} ですが、{other} は違います。同じアーキテクチャーに揃えてください",
  "problem.noNetwork": "スタックはネットワークを作っていません。--subnet ID を指定してください",
  "problem.subnet": "サブネット ID を指定してください",
  "problem.queueName": "a-z 0-9 - を 25 文字まで、先頭は英字にしてください",
  "problem.queueDefault": "default は Slurm が使う名前です",
  "problem.cidr": "192.0.2.0/24 のような CIDR を指定してください",
  "problem.key": "キーペアの名前を指定してください",
  "problem.elasticIp": "Elastic IP の割り当て ID (eipalloc-…) を指定するか、値を省いてください",
  "problem.minCount": "--max-count を超えています",
  "problem.typeTwice": "同じインスタンスタイプが 2 回あります",
  "problem.placement":
    "プレイスメントグループは 1 つのサブネットに限られます。--compute-subnet を 1 つだけ指定してください",
  "problem.sshWithoutKey": "--key なしでは意味がありません",
  "problem.proxy":
    "http://HOST:PORT、https://HOST:PORT または none を指定してください。ユーザー名とパスワードは多くの人に読まれるため、ヘッドノードの /etc/cloud-submit/local.env に、root でモード 600 にして HTTPS_PROXY として書いてください",
  "problem.proxyBypass": "ホスト名をコンマで区切って指定するか、none を指定してください",
  "problem.caTooLong":
    "証明書が 12 KiB を超えています。ファイルをヘッドノードに置き、そこの /etc/cloud-submit/local.env に AWS_CA_BUNDLE=PATH と書いてください",
};

const ON_STACK = {
  stage: "デプロイ時のステージ (既定: {default})",
  stack: "スタック名 (既定: cloud-submit-STAGE)",
  packages: "エージェントのパッケージ (既定: npm run build:headnode の出力)",
};
const ON_HEAD_NODE = {
  ...ON_STACK,
  clusterName: "ParallelCluster の名前でヘッドノードを探す",
  instanceId: "ヘッドノードのインスタンス ID",
};
const NETWORK = {
  proxy: "ヘッドノードから AWS へのプロキシー http://HOST:PORT (none: なしに戻す)",
  proxyBypass: "プロキシーを通さないホスト。コンマ区切り (none: なしに戻す)",
  caFile: "システムの証明書の代わりに信頼する証明書 (PEM) (none: システムのものに戻す)",
};

/** そのヘルプ。 */
export const administrationHelpJa: HelpOf<"administration"> = {
  "cluster-config": {
    summary: "デプロイ済みスタック用の ParallelCluster 設定を出力",
    flags: {
      ...ON_STACK,
      os: "全ノードの OS (既定: {default})",
      key: "SSH 用の EC2 キーペア (既定: SSH なし、SSM のみ)",
      sshFrom: "SSH を許すアドレス",
      headNodeType: "ヘッドノードのインスタンスタイプ (既定: {default})",
      computeType: "計算ノードのインスタンスタイプ (既定: {default})",
      queue: "キューの名前 (既定: {default})",
      minCount: "常に起動しておく計算ノード数 (既定: {default})",
      maxCount: "計算ノードの最大数 (既定: {default})",
      elasticIp: "ヘッドノードの Elastic IP (新規、または指定)",
      publicIps: "計算ノードにパブリック IP を付ける",
      placementGroup: "計算ノードを近くに配置",
      spot: "計算ノードにスポットインスタンスを使う",
      subnet: "ヘッドノードのサブネット (既定: スタックのもの)",
      computeSubnet: "計算ノードのサブネット (既定: ヘッドノードと同じ)",
      rootVolume: "/home を置くヘッドノードのディスク容量",
      keepSudo: "クラスターの既定ユーザー (つまり全ジョブ) に sudo を許す",
      ...NETWORK,
    },
  },
  "headnode publish": {
    summary: "エージェントのパッケージをジョブ用バケットに置く",
    flags: ON_STACK,
  },
  "headnode install": {
    summary: "稼働中のクラスターにエージェントを導入 (必要なら公開も)",
    flags: { ...ON_HEAD_NODE, ...NETWORK },
  },
  "headnode update": {
    summary: "古いエージェントのあるヘッドノードを更新",
    flags: { ...ON_HEAD_NODE, ...NETWORK },
  },
  "headnode status": { summary: "導入状況と稼働状況を表示", flags: ON_HEAD_NODE },
  "headnode uninstall": {
    summary: "エージェントを削除。ジャーナルと作業フォルダーは残す",
    flags: { ...ON_HEAD_NODE, purge: "ジャーナルと作業フォルダーも削除" },
  },
};
