import type { errorsEn } from "./errors-en.ts";

/** エラーの日本語版。 */
export const errorsJa: Readonly<Record<keyof typeof errorsEn, string>> = {
  "problem.badPrefix":
    "{prefix} は使えません。A-Z a-z 0-9 . _ - を 1 から {max} 文字、先頭は英数字にしてください",
  "problem.noSuchPath": "{path}: そのフォルダーもジョブスクリプトもありません",
  "problem.neither": "{path}: フォルダーでもジョブスクリプトでもありません",
  "problem.noScript": "{path}: 実行する Slurm のジョブスクリプト {script} がありません",
  "problem.unreadableScript": "{path}: ジョブスクリプトを読めません",
  "problem.noInterpreter":
    "{path}: ジョブスクリプトの先頭は #!/bin/bash のような #! とインタープリターです",
  "problem.windowsLines":
    "{path}: 改行が Windows 形式 (CRLF) で、sbatch が拒否します。LF で保存してください",
  "problem.active":
    "{prefix}: ジョブがまだ実行中です ({state})。終了を待つには: cloud-submit wait {prefix}",
  "problem.notUploaded":
    "投入していません。{path} をアップロードできません: {reason}{more}。削除するか、読めるようにするか、{ignoreFile} に書いてください",
  "problem.more": " (ほか {count} 件)",
  "problem.noSuchJob": "{prefix}: バケットにありません",
  "problem.noRecord": "{prefix}: {state} ですが、読めるジョブ記録がありません",
  "problem.refused":
    "{prefix}: 同じプレフィックスの先のジョブが実行中だったため、この投入は拒否されました。次の後で再度投入してください: cloud-submit wait {prefix}",
  "problem.stillWaiting":
    "{prefix}: {seconds} 秒後もまだ {state} です。ジョブは継続します。待機を再開するには: cloud-submit wait {prefix}",
  "problem.withoutState": "状態なし",
  "problem.notFetched": "{prefix} の {count} 件は、ここではファイルにできません",
  "problem.arrayNeedsTask":
    "{prefix} はジョブアレイです。タスク{which}を --task N で指定してください",
  "problem.ofTasks": " ({tasks}) ",
  "problem.oneOf": "{what}: {choices} のいずれかを指定してください",
  "problem.notBoth": "{one} と {other} は同時に指定できません",
  "problem.since":
    "--since {text}: 30m、12h、7d、2w、または 2026-11-24 のような日付を指定してください",
  "problem.fileIsThere": "{path} はすでにあります。上書きするには --force を付けてください",
  "problem.unknownSetting":
    "{name}: この設定はありません。{closest} に直すか、設定を外してください",
  "problem.noBucket":
    "バケットが指定されていません。--bucket NAME、CLOUD_SUBMIT_BUCKET、または {file} の {json} で指定してください",

  "problem.noLogGroup":
    "このアカウントとリージョンにロググループ {group} がありません。--stage、--log-group、--region、--profile を確認してください",
  "problem.noStack":
    "このアカウントとリージョンにスタック {stack} がありません。デプロイする (npx sls deploy) か、--stage、--stack、--region、--profile で指定してください",
  "problem.noOutput":
    "スタック {stack} に出力 {output} がありません。この版の cloud-submit で再度デプロイしてください",
  "problem.noPackages":
    "{folder} にエージェントのパッケージがありません。チェックアウトで npm run build:headnode を実行するか、--packages DIR で場所を指定してください",
  "problem.damagedSums":
    "{file} は、この版の cloud-submit では使えません ({what})。npm run build:headnode で作り直してください",
  "problem.theLine": "行 {line}",
  "problem.noFile": "{name} がない",
  "problem.noPackageOf": "版 {version} のパッケージがない",
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
  "problem.noAnswer":
    "ヘッドノードの応答がありません。後で確認するには: aws ssm list-command-invocations --details --command-id {id}",
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
  "problem.minCount": "--max-count を超えています",
  "problem.typeTwice": "同じインスタンスタイプが 2 回あります",
  "problem.placement":
    "プレイスメントグループは 1 つのサブネットに限られます。--compute-subnet を 1 つだけ指定してください",
  "problem.sshWithoutKey": "--key なしでは意味がありません",

  "aws.NoSuchBucket": "そのバケットはありません。--bucket を確認してください",
  "aws.AccessDenied":
    "S3 がアクセスを拒否しました。認証情報と、このバケットの権限を確認してください",
  "aws.InvalidAccessKeyId": "アクセスキーが登録されていません。認証情報を確認してください",
  "aws.SignatureDoesNotMatch": "シークレットキーが違います。認証情報を確認してください",
  "aws.ExpiredToken": "認証情報の期限が切れています。再度サインインしてください",
  "aws.RequestTimeTooSkewed": "この端末の時計が違います。合わせてください",
  "aws.CredentialsProviderError":
    "AWS の認証情報がありません。AWS_PROFILE を設定するか、aws configure を実行してください",
  "aws.noRegion": "AWS のリージョンが分かりません。--region か AWS_REGION を指定してください",

  "error.bad-prefix": "プレフィックスが使えません",
  "error.no-script": "ジョブスクリプトがありません",
  "error.stage-in-failed": "クラスターへの搬入に失敗しました",
  "error.bad-option": "sbatch のオプションを渡せません",
  "error.sbatch-refused": "sbatch がジョブを拒否しました",
  "error.cancelled": "取り消されました",
  "error.active-job": "同じプレフィックスのジョブが実行中です",
  "error.unreachable": "ヘッドノードに届きませんでした",
  "error.command-failed": "SSM コマンドが失敗しました",
  "error.lost": "Slurm がジョブを見失いました",
  "error.slurm": "Slurm が応答しません",
  "error.config": "設定に誤りか不足があります",
  "error.usage": "使い方に誤りがあります",
  "error.no-such-job": "そのジョブはありません",
  "error.transfer": "ファイルを転送できません",
  "error.aws": "AWS のエラーです",
  "error.timeout": "待ち時間が終わりました",
  "error.internal": "内部エラーです",
};
