import type { HelpText } from "./help-text.ts";

const PREFIX_OPTION = "バケット内のジョブ名 (既定: 名前と時刻から作成)";
const SBATCH = "sbatch のオプション (-- の後)";
const ONE_JOB = "バケット内のジョブ名";
const STACK_OPTIONS = {
  stage: "デプロイ時のステージ (既定: prod)",
  stack: "スタック名 (既定: cloud-submit-STAGE)",
  packages: "エージェントのパッケージ (既定: npm run build:headnode の出力)",
};
const HEAD_NODE_OPTIONS = {
  ...STACK_OPTIONS,
  "cluster-name": "ParallelCluster の名前でヘッドノードを探す",
  "instance-id": "ヘッドノードのインスタンス ID",
};

/** ヘルプの日本語版。 */
export const helpJa: HelpText = {
  tagline: "S3 だけを介して、Slurm ジョブをクラウドのクラスターへ送ります。",
  groups: {
    jobs: "ジョブ:",
    looking: "ジョブの確認:",
    setup: "準備:",
    administration: "管理者向け:",
  },
  titles: {
    usage: "使い方:",
    arguments: "引数:",
    options: "オプション:",
    globalOptions: "共通オプション:",
    commands: "コマンド:",
    examples: "例:",
    exitCodes: "終了コード:",
    more: "詳細:",
  },
  globals: {
    bucket: "ジョブ用バケット (または CLOUD_SUBMIT_BUCKET、cloud-submit.json)",
    region: "AWS リージョン (または AWS ツールの設定)",
    profile: "AWS プロファイル (または AWS ツールの設定)",
    json: "結果を JSON で出力 (1 オブジェクト、または 1 行に 1 つ)",
    quiet: "結果とエラーだけを出力",
    lang: "メッセージの言語 (既定: LC_ALL、LC_MESSAGES、LANG)",
  },
  help: "ヘルプを表示",
  version: "バージョンを表示",
  helpVerb: "コマンドのヘルプを表示",
  headnode: "ヘッドノードのエージェント: publish、install、update、status、uninstall",
  verbs: {
    run: {
      summary: "フォルダーかスクリプトを投入し、終了を待って結果を取得",
      details: "結果はそのフォルダーに、スクリプトの場合は隣の同名フォルダーに入ります。",
      arguments: {
        path: "job-aws-run.sh のあるフォルダー、またはジョブスクリプト",
        "sbatch-options": SBATCH,
      },
      options: {
        prefix: PREFIX_OPTION,
        delete: "フォルダーにないファイルをバケットから削除",
        to: "結果を取得するフォルダー",
        timeout: "待つ秒数の上限。ジョブは継続",
      },
    },
    submit: {
      summary: "フォルダーかスクリプトをアップロードし、実行を依頼",
      details: "バケットにある同じファイルは再送しません。",
      arguments: {
        path: "job-aws-run.sh のあるフォルダー、またはジョブスクリプト",
        "sbatch-options": SBATCH,
      },
      options: { prefix: PREFIX_OPTION, delete: "フォルダーにないファイルをバケットから削除" },
    },
    wait: {
      summary: "ジョブの終了を待つ。結果は終了コードで分かる",
      details: "複数のジョブでは最も悪い終了コードになります (順に 2 6 4 3 1 5 0)。",
      arguments: { prefix: ONE_JOB },
      options: {
        any: "最初の 1 つが終わるまで。その終了コードを返す",
        all: "すべてが終わるまで (既定)",
        timeout: "待つ秒数の上限。ジョブは継続",
      },
    },
    fetch: {
      summary: "ジョブのファイルを取得",
      details: "フォルダーにある同じファイルはそのままです。",
      arguments: { prefix: ONE_JOB },
      options: {
        to: "取得先のフォルダー (既定: プレフィックスと同名)",
        delete: "ジョブにないファイルをフォルダーから削除",
      },
    },
    cancel: {
      summary: "ジョブを取り消す",
      details: "終了したジョブはそのままです。",
      arguments: { prefix: ONE_JOB },
      options: { wait: "ジョブが終わるまで待つ", timeout: "--wait の秒数の上限" },
    },
    status: {
      summary: "ジョブの状態を表示",
      arguments: { prefix: ONE_JOB },
      options: { explain: "なぜその状態か、次に何が起こるかを説明" },
    },
    list: {
      summary: "新しいジョブの一覧",
      arguments: { pattern: "名前。* と ? が使え、なければ名前の先頭" },
      options: {
        state: "この状態のジョブだけ (JOB_SUBMIT など)",
        since: "30m、12h、7d、2w 前から、または日付から",
        limit: "最大件数 (既定: 50)",
      },
    },
    logs: {
      summary: "ジョブの出力を表示",
      arguments: { prefix: ONE_JOB },
      options: {
        follow: "ジョブが終わるまで続ける",
        err: "stdout の代わりに stderr",
        task: "アレイジョブのタスク番号",
      },
    },
    audit: {
      summary: "監査ログからジョブの状態変化を表示",
      arguments: { prefix: "バケット内のジョブ名 (既定: すべて)" },
      options: {
        since: "30m、12h、7d、2w 前から、または日付から (既定: 7d)",
        stage: STACK_OPTIONS.stage,
        "log-group": "ロググループ (既定: /aws/lambda/cloud-submit-STAGE-audit)",
      },
    },
    init: {
      summary: "必要なことを尋ね、cloud-submit.json を書く",
      details: "端末でなければ何も尋ねません。--bucket、--region、--profile を指定してください。",
      options: { force: "既存のファイルを上書き" },
    },
    doctor: {
      summary: "ジョブに必要なものを順に確認し、対処を示す",
      details: "問題があれば終了コード 1 です。",
      options: {
        deep: "SSM にヘッドノードを問い合わせ、何もしないジョブを実際に送り、時間を測る",
        prefix: "試し書きの場所 (既定: 自動で作成)",
        timeout: "--deep の秒数の上限 (既定: 300)",
      },
    },
    completion: {
      summary: "シェル補完のスクリプトを出力",
      arguments: { shell: "シェル" },
    },
    "cluster-config": {
      summary: "デプロイ済みスタック用の ParallelCluster 設定を出力",
      options: {
        ...STACK_OPTIONS,
        os: "ubuntu2404 (既定)、ubuntu2204、alinux2023、rhel9、rhel8、rocky9、rocky8",
        key: "SSH 用の EC2 キーペア (既定: SSH なし、SSM のみ)",
        "ssh-from": "SSH を許すアドレス",
        "head-node-type": "ヘッドノードのインスタンスタイプ (既定: m7i.large)",
        "compute-type": "計算ノードのインスタンスタイプ (既定: c7i.xlarge)",
        queue: "キューの名前 (既定: compute)",
        "min-count": "常に起動しておく計算ノード数 (既定: 0)",
        "max-count": "計算ノードの最大数 (既定: 10)",
        "elastic-ip": "ヘッドノードの Elastic IP (新規、または指定)",
        "public-ips": "計算ノードにパブリック IP を付ける",
        "placement-group": "計算ノードを近くに配置",
        spot: "計算ノードにスポットインスタンスを使う",
        subnet: "ヘッドノードのサブネット (既定: スタックのもの)",
        "compute-subnet": "計算ノードのサブネット (既定: ヘッドノードと同じ)",
        "root-volume": "/home を置くヘッドノードのディスク容量",
      },
    },
    "headnode publish": {
      summary: "エージェントのパッケージをジョブ用バケットに置く",
      options: STACK_OPTIONS,
    },
    "headnode install": {
      summary: "稼働中のクラスターにエージェントを導入 (必要なら公開も)",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode update": {
      summary: "古いエージェントのあるヘッドノードを更新",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode status": { summary: "導入状況と稼働状況を表示", options: HEAD_NODE_OPTIONS },
    "headnode uninstall": {
      summary: "エージェントを削除。ジャーナルと作業フォルダーは残す",
      options: { ...HEAD_NODE_OPTIONS, purge: "ジャーナルと作業フォルダーも削除" },
    },
  },
  exitCodes: [
    [0, "正常終了。ジョブは完了"],
    [1, "ジョブの失敗、時間超過、メモリー不足、喪失。doctor: 問題あり"],
    [2, "使い方か設定の誤り。投入されていない"],
    [3, "JOB_ERROR: ジョブは実行されなかった"],
    [4, "--timeout が経過。ジョブは継続"],
    [5, "ジョブは取り消された"],
    [6, "転送か AWS の失敗、または戻せない結果がある"],
    [130, "中断"],
  ],
};
