import type { HelpOf } from "../../registry.ts";
import type { lookingEn } from "../en/looking.ts";

/** ジョブを確認するコマンドのメッセージ、エラーも含む。 */
export const lookingJa: Readonly<Record<keyof typeof lookingEn, string>> = {
  "status.prefix": "プレフィックス",
  "status.state": "状態",
  "status.unknown": "不明な状態",
  "status.waitsFor": "待機対象",
  "status.headNode": "ヘッドノードの受け取り",
  "status.outcome": "結果",
  "status.reason": "理由",
  "status.slurm": "Slurm ジョブ",
  "status.exitCode": "終了コード",
  "status.tasks": "タスク",
  "status.nodeReason": "ノードの理由",
  "status.note": "注意",
  "status.nodes": "ノード",
  "status.restarts": "再投入回数",
  "status.sbatch": "sbatch",
  "status.stageIn": "搬入",
  "status.stageOut": "搬出",
  "status.notChosen": "選択外",
  "status.leftOut": "除外",
  "status.carried": "{files} ファイル、{bytes}",
  "explain.unknown":
    "状態オブジェクトの状態が不明なため、何も起こりません。FILE_UPLOAD を書き込むか、再度投入してください。",
  "explain.complete":
    "ジョブは終了しました ({outcome})。結果はバケットにあります: cloud-submit fetch {prefix}",
  "explain.noRecord": "ジョブは終了していますが、読める記録がありません。",
  "explain.cancelled": "Slurm に渡る前に取り消されたため、何も実行されていません。",
  "explain.dependencyFailed":
    "ジョブは実行されません: {message}。そのジョブを再度投入し、続けてこのジョブを投入してください。終了のしかたを問わないなら --after JOB:any で投入してください。",
  "explain.error": "ジョブは実行されません: {message}。修正して再度投入してください。",
  "explain.upload": "{ago} 前に投入されましたが、ヘッドノードはまだ受け取っていません。",
  "explain.waitsFor":
    "{ago} 前に投入され、ほかのジョブの終了を待っています: {jobs}。要求はヘッドノードが受け取っており、何もする必要はありません。",
  "explain.waitsHow":
    "すべてが正常終了するか、名前の後の指定どおりに終わると始まります。1 つでも別の終わり方をすると JOB_ERROR になります。",
  "explain.sent": "要求はヘッドノードの待ち行列に入って {ago} になります。",
  "explain.notSent":
    "ヘッドノードへの要求がまだ出ていません。通常は数秒です。続く場合は cloud-submit doctor でバケットのイベント設定を確認してください。",
  "explain.uploadNext":
    "失われることはありません。ヘッドノードは 1 分ごとに要求を探し、数分ごとに呼び出されます。期限 (サイトの設定がなければ 24 時間) まで応答がなければ JOB_ERROR になります。",
  "explain.agentNever":
    "ヘッドノードのエージェントの読めるハートビートがありません。導入済みか、ヘッドノードが起動しているか確認してください (cloud-submit headnode status)。",
  "explain.agentDead":
    "ヘッドノードのエージェントの最後のハートビートは {ago} 前です。ヘッドノードが停止している可能性があります (cloud-submit headnode status)。",
  "explain.agentAlive":
    "ヘッドノードのエージェントは稼働中です (最後のハートビートは {ago} 前)。ジョブ {active} 件、うち Slurm 未投入 {waiting} 件。",
  "explain.slurmDown": "Slurm がエージェントに応答しません: {detail}",
  "explain.deadNext":
    "ジョブは Slurm で継続している可能性があります。終了はエージェントの復帰後に通知されます。",
  "explain.cancel":
    "{ago} 前から取り消し中です。ヘッドノードが Slurm に伝え、結果を回収すると終わります。",
  "explain.refused": "同じプレフィックスの別の投入は {at} に拒否されました: {reason}。",
  "explain.noSlurm":
    "状態オブジェクトは {ago} 前からこの状態ですが、Slurm のジョブの記録がありません。1 時間たっても変わらなければ、取り消してください。",
  "explain.queued":
    "{ago} 前に Slurm がジョブ {id} として受け付けました。Slurm の状況は数秒で表示されます。",
  "explain.running": "実行中です: Slurm ジョブ {id}、ノード {nodes}、開始 {at}。",
  "explain.configuring": "Slurm ジョブ {id} のノードを起動中です。数分かかります。",
  "explain.pending": "{ago} 前に Slurm がジョブ {id} として受け付け、待ち行列にあります:",
  "explain.otherState": "Slurm ジョブ {id} は {state} です。",
  "explain.restarts":
    "{restarts} 回待ち行列に戻されました (ノードの喪失、スポットの回収、起動失敗、または requeue)。最後の実行が終わると完了です。",
  "explain.nodeReason": "ノードを使用できません: {reason}",
  "reason.none": "Slurm がまだ評価していません。数秒かかります。",
  "reason.priority": "同じパーティションに先のジョブがあります。順番が来ると開始します。",
  "reason.resources":
    "順番ですが、空きノードがありません。ノードの起動中 (数分) か、他のジョブの終了待ちです。長引く場合は、AWS に該当インスタンスの空きがないか、クラスターが上限に達しています。",
  "reason.dependency": "別のジョブを待っています (--dependency)。",
  "reason.dependencyNever":
    "--dependency の条件が満たされることはなく、開始しません。取り消してください。",
  "reason.beginTime":
    "指定時刻まで開始できません。--begin の時刻か、インスタンス不足などで Slurm が待ち行列に戻した後の短い待機です。",
  "reason.heldUser": "保留中です。ここから解除できません。取り消して再度投入してください。",
  "reason.heldAdmin":
    "管理者が保留したか、起動に繰り返し失敗しました。管理者に確認するか、取り消して再度投入してください。",
  "reason.launchFailed":
    "ノードで起動できず、戻されて保留中です。管理者に確認するか、取り消して再度投入してください。",
  "reason.requeuedHeld":
    "ジョブ自身または管理者により待ち行列に戻され、保留中です。管理者に確認するか、取り消して再度投入してください。",
  "reason.nodesDown":
    "必要なノードが停止中、再起動中、または他に確保されています。ParallelCluster では AWS に空きインスタンスがないことが多く、数分後に再試行されます。",
  "reason.reqNodeNotAvail": "必要なノードが今は使えません (停止、予約、または起動中)。",
  "reason.partitionDown": "パーティションが停止しています。管理者に確認してください。",
  "reason.partitionNodeLimit":
    "パーティションの上限より多いノードを要求しており、開始しません。取り消して --nodes を減らしてください。",
  "reason.partitionTimeLimit":
    "パーティションの上限より長い時間を要求しており、開始しません。取り消して --time を短くしてください。",
  "reason.badConstraints": "要求を満たすノードがありません。取り消して要求を変えてください。",
  "reason.licenses": "使用中のライセンスの空きを待っています。",
  "reason.reservation": "予約の開始を待っています。",
  "reason.qos": "QOS の上限に達しています。他のジョブが終わると開始します。",
  "reason.assoc": "アカウントまたは利用者の上限に達しています。他のジョブが終わると開始します。",
  "reason.arrayLimit": "このアレイの同時実行数の上限に達しています。",
  "reason.prolog": "ノードを準備中です。",
  "reason.cleaning": "前回の実行の後始末中です。",
  "reason.capacity":
    "AWS に該当インスタンスの空きがありません。数分後に再試行されます。別のインスタンスタイプやゾーンも検討してください。",
  "reason.other": "squeue(1) の JOB REASON CODES を参照してください。",
  "list.none": "ジョブはありません",
  "list.more": "古いジョブ {left} 件は表示していません。--limit、--since、名前の指定で表示できます",
  "list.lookedAt":
    "新しい {count} 件だけを調べ、{left} 件は調べていません。名前か --since で絞り込んでください",
  "list.undated": "名前に時刻のない {count} 件は、名前順で後に並べています",
  "list.denied":
    "この認証情報ではバケット全体を一覧できません。自分の名前の先頭を指定してください。例: cloud-submit list taro-",
  "logs.waits": "ヘッドノードの受け取りを待っています",
  "logs.nothingYet": "まだ何も出力していません",
  "logs.noStderrYet":
    "まだ出力がありません。#SBATCH --error がなければ、stderr は stdout と同じ場所に出ます",
  "logs.noRecord": "終了していますが、読めるジョブ記録がありません",
  "logs.didNotRun": "実行されませんでした",
  "logs.noStderr": "stderr は stdout と同じファイルに出力されました。--err を外してください",
  "logs.noStream": "結果に {stream} がありません",
  "logs.replaced": "再度投入されました。この後は別のジョブの出力です",
  "logs.begunAnew": "出力が最初から書き直されました。先頭から表示します",
  "logs.tooFast":
    "出力が速すぎて追いつけません。残りは終了後に表示します。-f を外すと最新の部分をすぐに見られます",
  "logs.from": "出力を {byte} バイト目から表示します",
  "audit.none": "{since} 以降、{prefix}状態の変化はありません",
  "audit.ofPrefix": "{prefix} の",
};

const ONE_JOB = "バケット内のジョブ名";

/** そのヘルプ。 */
export const lookingHelpJa: HelpOf<"looking"> = {
  status: {
    summary: "ジョブの状態を表示 (複数可)",
    arguments: { prefix: ONE_JOB },
    flags: { explain: "なぜその状態か、次に何が起こるかを説明" },
  },
  "sweep status": {
    summary: "スイープの各行の状態を表示",
    arguments: { name: "バケット内のスイープ名" },
    flags: { failed: "完了しなかった行と、終わり方の分からない行だけ" },
  },
  list: {
    summary: "新しいジョブの一覧",
    arguments: { pattern: "名前。* と ? が使え、なければ名前の先頭" },
    flags: {
      state: "この状態のジョブだけ (JOB_SUBMIT など)",
      since: "30m、12h、7d、2w 前から、または日付から",
      mine: "自分が投入したジョブだけ (どのマシンからでも)。投入者の自己申告で、検証されない",
      name: "Slurm のジョブ名がこれに合うものだけ。* と ? はシェルと同じ",
      partition: "この Slurm パーティションのジョブだけ",
      sweep: "この名前のスイープのジョブだけ",
      follow: "見続ける。端末では 1 つの表を更新し、端末以外では変化ごとに 1 行",
      untilEnded: "--follow で、表示中のジョブがすべて終わるまで",
      limit: "最大件数 (既定: {default})",
    },
  },
  logs: {
    summary: "ジョブの出力を表示",
    arguments: { prefix: ONE_JOB },
    flags: {
      follow: "ジョブが終わるまで続ける",
      err: "stdout の代わりに stderr",
      task: "アレイジョブのタスク番号",
    },
  },
  audit: {
    summary: "監査ログからジョブの状態変化を表示",
    arguments: { prefix: "バケット内のジョブ名 (既定: すべて)" },
    flags: {
      since: "30m、12h、7d、2w 前から、または日付から (既定: {default})",
      stage: "デプロイ時のステージ (既定: {default})",
      logGroup: "ロググループ (既定: /aws/lambda/cloud-submit-STAGE-audit)",
    },
  },
};
