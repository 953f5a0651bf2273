import { errorsJa } from "./errors-ja.ts";
import { reasonsJa } from "./reasons-ja.ts";
import type { Messages } from "./say.ts";

/** すべてのメッセージの日本語版。 */
export const ja: Messages = {
  "help.hint": "(cloud-submit --help で全コマンドを表示)",
  "flag.seconds": "秒数を指定してください。",
  "flag.whole": "整数を指定してください。",

  "parse.error": "引数に誤りがあります",
  "count.files": "{files} ファイル",
  "progress.upload": "アップロード中",
  "progress.fetch": "取得中",
  "progress.files": "{done}/{total} ファイル",
  "progress.left": "残り {time}",

  "submit.uploaded": "{files} ファイル ({bytes}) をアップロードしました",
  "submit.uploadedMore":
    "{files} ファイル ({bytes}) をアップロードしました。{unchanged} ファイルは変更なし",
  "submit.done": "投入しました: {prefix}",
  "wait.some": "{total} 件中 {ended} 件が終了",
  "job.slurm": "Slurm ジョブ {id}",
  "job.exitCode": "終了コード {code}",
  "job.signal": "シグナル {signal}",
  "job.ended": "終了",
  "job.notStarted":
    "Slurm が開始できませんでした。多くの場合、--output や --error のフォルダー、または --input のファイルがありません",
  "tasks.completed": "{total} タスク中 {completed} 完了",
  "tasks.more": "ほか {count} 件",
  "job.leftOut": "{count} ファイルは戻せませんでした。例 {path}: {reason}",
  "fetch.done": "{files} ファイル ({bytes}) を {folder} に取得しました",
  "fetch.unfinished": "{prefix} は {state} です。最終結果ではありません",
  "fetch.skipped": "除外 {path}: {reason}",
  "cancel.asked": "{prefix} の取り消しを依頼しました",
  "cancel.already": "{prefix} はすでに取り消し中です",
  "cancel.ended": "{prefix} はすでに終了しています: {state}",

  "interrupt.upload":
    "ジョブは投入されていません。送信済みのファイルはバケットに残ります。続けるには: {command}",
  "interrupt.asking":
    "ジョブは投入された可能性があります。確認するには: cloud-submit status {prefix}",
  "interrupt.wait":
    "ジョブは継続します。待機を再開するには: cloud-submit wait {prefix} 、取り消すには: cloud-submit cancel {prefix}",
  "interrupt.fetch":
    "結果はバケットにあります。残りを取得するには: cloud-submit fetch {prefix} --to {folder}",
  "interrupt.logs": "ジョブは継続します。続きを読むには: cloud-submit logs {prefix} --follow",
  "interrupt.headnode":
    "コマンドは継続します。後で確認するには: aws ssm list-command-invocations --details --command-id {id}",

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
  "status.leftOut": "除外",
  "status.carried": "{files} ファイル、{bytes}",

  "explain.unknown":
    "状態オブジェクトの状態が不明なため、何も起こりません。FILE_UPLOAD を書き込むか、再度投入してください。",
  "explain.complete":
    "ジョブは終了しました ({outcome})。結果はバケットにあります: cloud-submit fetch {prefix}",
  "explain.error": "ジョブは実行されません: {message}。修正して再度投入してください。",
  "explain.upload": "{ago} 前に投入されましたが、ヘッドノードはまだ受け取っていません。",
  "explain.sent": "要求はヘッドノードへ送られました (最後は {ago} 前)。まだ応答がありません。",
  "explain.notSent":
    "ヘッドノードへの要求がまだ出ていません。通常は数秒です。続く場合は cloud-submit doctor でバケットのイベント設定を確認してください。",
  "explain.uploadNext":
    "失われることはありません。要求は期限 (サイトの設定がなければ 24 時間) まで数分ごとに再送され、その後 JOB_ERROR になります。",
  "explain.agentNever":
    "ヘッドノードのエージェントから一度もハートビートがありません。導入済みか、ヘッドノードが起動しているか確認してください (cloud-submit headnode status)。",
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
  "explain.noSlurm": "{ago} 前に Slurm が受け付けました。",
  "explain.queued":
    "{ago} 前に Slurm がジョブ {id} として受け付けました。Slurm の状況は数秒で表示されます。",
  "explain.running": "実行中です: Slurm ジョブ {id}、ノード {nodes}、開始 {at}。",
  "explain.configuring": "Slurm ジョブ {id} のノードを起動中です。数分かかります。",
  "explain.pending": "{ago} 前に Slurm がジョブ {id} として受け付け、待ち行列にあります:",
  "explain.otherState": "Slurm ジョブ {id} は {state} ({reason}) です。",
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
  "doctor.bucketOk": "{bucket} を一覧できます",
  "doctor.bucketFix":
    "バケット名とリージョンを確認してください: --bucket、--region、cloud-submit init",
  "doctor.bucketDenied":
    "スタックの投入者用ポリシーが必要です。自分のプレフィックスだけの場合は --prefix NAME を指定してください",
  "doctor.eventsOk": "EventBridge への通知は有効です",
  "doctor.eventsOff": "{bucket} は EventBridge に通知しません。ジョブは開始されません",
  "doctor.eventsUnknown":
    "EventBridge への通知の設定は、この認証情報では読めません (s3:GetBucketNotification)",
  "doctor.objectsOk": "{scratch}/ の下に書き込み、読み出し、削除できました",
  "doctor.objectsDiffer": "{key} の内容が書き込んだものと違います",
  "doctor.objectsFix": "スタックの投入者用ポリシーが必要です",
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
  "doctor.jobDone": "{outcome}、{total} ({steps})",
  "doctor.jobFix": "cloud-submit status {prefix} --explain",

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

  ...errorsJa,
  ...reasonsJa,
};
