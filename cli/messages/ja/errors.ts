import type { ErrorCode } from "../../../protocol/error.ts";
import type { errorsEn } from "../en/errors.ts";

/** エラーの日本語版。 */
export const errorsJa: Readonly<Record<keyof typeof errorsEn | `error.${ErrorCode}`, string>> = {
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
  "problem.active": "{prefix}: ジョブがまだ実行中です ({state})。終了を待つには: {command}",
  "problem.taken":
    "{prefix}: アップロード中に別のクライアントがこのプレフィックスに投入しました。この投入は行われていません。別の --prefix を指定してください",
  "problem.beingRemoved":
    "{prefix} は削除中のため、投入していません。削除を終えるには: {command} 。または別の --prefix を指定してください",
  "problem.needsYes":
    "{objects} 個のオブジェクトを完全に削除しますが、確認する端末がありません。--yes を付けてください",
  "problem.needsOlder": "--older 30d のように --older を指定してください",
  "problem.notUploaded":
    "投入していません。{path} をアップロードできません: {reason}{more}。{advice}",
  "problem.uploadWithout": "削除するか、読めるようにするか、{ignoreFile} に書いてください",
  "problem.uploadAgain": "もう一度実行するか、{ignoreFile} に書いてください",
  "problem.emptyRule": "'out/**' のようなパターンを指定してください",
  "problem.resultsNoManifest":
    "投入していません: ファイルが多すぎる場合、結果は .cloudsubmitresults でのみ選べます。フォルダーのこのファイルにパターンを書いてください",
  "problem.more": " (ほか {count} 件)",
  "problem.noSuchJob": "{prefix}: バケットにありません",
  "problem.noRecord": "{prefix}: {state} ですが、読めるジョブ記録がありません",
  "problem.after":
    "--after {text}: ジョブ名だけか、後ろに :ok、:any、:failed を付けて指定してください",
  "problem.afterItself": "--after {job}: 自分自身は待てません。別のジョブを指定してください",
  "problem.afterCircle":
    "--after {job}: そのジョブが {prefix} を待っています。取り消すか、別のジョブを指定してください",
  "problem.afterNever":
    "--after {job}: 完了と失敗の両方は待てません。{job} か {job}:failed の一方、または {job}:any を指定してください",
  "problem.afterMany": "--after: {count} 件あります。待てるのは {max} 件までです。減らしてください",
  "problem.afterLong":
    "--after の名前と sbatch のオプションが {bytes} バイトあり、上限の {max} を超えています。ジョブを減らすか、オプションを job-aws-run.sh の #SBATCH に書いてください",
  "problem.replaced":
    "{prefix}: クラスターが受け取る前に別の要求が上書きされたため、この投入は実行されませんでした。次のコマンドの後に投入し直してください: cloud-submit wait {prefix}",
  "problem.refused":
    "{prefix}: 同じプレフィックスの先のジョブが実行中だったため、この投入は拒否されました。次の後で再度投入してください: cloud-submit wait {prefix}",
  "problem.stillWaiting": "{prefix}: {seconds} 秒後もまだ {state} です",
  "problem.withoutState": "状態なし",
  "problem.notFetched": "{prefix} の {count} 件は、ここではファイルにできません",
  "problem.noSuchObject":
    "{name}: そのファイルはありません。cloud-submit fetch {prefix} --list で確認できます",
  "problem.noSuchObjectNear": "{name}: そのファイルはありません。近い名前: {near}",
  "problem.notPrinted": "{name} はたどれないシンボリックリンクです: {reason}",
  "problem.objectReplaced": "{key} は読んでいる間に置き換えられました。もう一度取得してください",
  "problem.objectAlone": "{name} は単独で取得します。ほかのジョブと一緒に指定できません",
  "problem.notWithObject": "{flag} は、1 ファイルを標準出力に書く JOB:PATH とは併用できません",
  "problem.arrayNeedsTask":
    "{prefix} はジョブアレイです。タスク{which}を --task N で指定してください",
  "problem.ofTasks": " ({tasks}) ",
  "problem.noSuchTask":
    "{prefix}: 最後の実行にタスク {task} はありません。{tasks} から指定してください{earlier}",
  "problem.earlierOutput":
    "。以前の実行の出力はバケットにあります: cloud-submit fetch {prefix}:{file}",
  "problem.noTasks": "{prefix} はジョブアレイではありません。--task を外してください",
  "problem.oneOf": "{what}: {choices} のいずれかを指定してください",
  "problem.onlyWith": "{flag} は {other} と一緒に指定してください",
  "problem.address": "taro@example.org のようなメールアドレスを 1 つ指定してください",
  "problem.notBoth": "{one} と {other} は同時に指定できません",
  "problem.prefixOfOne":
    "--prefix は 1 つのジョブの名前です。省くか、フォルダーを 1 つずつ投入してください",
  "problem.atLeast": "{min} 以上を指定してください",
  "problem.since":
    "{flag} {text}: 30m、12h、7d、2w、または 2026-11-24 のような日付を指定してください",
  "problem.folderNotOurs":
    "{path} はすでにあり、結果用に作られたものではありません。--to で別のフォルダーか、このフォルダーを指定してください。中のファイルは残ります",
  "problem.notAFolder":
    "{path} はフォルダーではありません。--to で別のフォルダーを指定してください",
  "problem.folderUnusable":
    "{path} を作成または読み取りできません ({code})。--to で別のフォルダーを指定してください",
  "problem.meantPrefix": "{prefix} はプレフィックスではありません。{meant} を指定してください",
  "problem.noSuchDay": "{flag} {text}: その日時はありません",
  "problem.meantBucket": "{bucket} はバケット名ではありません。{meant} を指定してください",
  "problem.badBucket":
    "{bucket} はバケット名ではありません。my-jobs のように、s3:// や空白のない名前だけを指定してください",
  "problem.badSetting": "{setting}: {value} に改行などの制御文字があります。取り除いてください",
  "problem.output": "出力を書き込めません: {error}",
  "system.full":
    "ディスクがいっぱいか、割り当てを使い切っています。空きを作って再度実行してください",
  "system.tooLarge":
    "このディスクにはファイルが大きすぎます。別のディスクの場所を指定するか、ulimit -f で上限を上げてください",
  "system.tooManyOpen":
    "開いているファイルが多すぎます。ulimit -n 1024 などで上限を上げて再度実行してください",
  "system.readOnly": "このディスクには書き込めません。別のディスクの場所を指定してください",
  "system.denied": "このユーザーには使えません。所有者と権限を確認してください",
  "problem.fileIsThere": "{path} はすでにあります。上書きするには --force を付けてください",
  "problem.unknownSetting":
    "{name}: この設定はありません。{closest} に直すか、設定を外してください",
  "problem.noBucket":
    "バケットが指定されていません。--bucket NAME、CLOUD_SUBMIT_BUCKET、または {file} の {json} で指定してください",

  "aws.NoSuchBucket": "そのバケットはありません。--bucket を確認してください",
  "aws.AccessDenied": "認証情報は有効ですが、権限が足りません。管理者に依頼してください",
  "aws.customerKey":
    "オブジェクトの暗号化の鍵が合いません。書き込みに使った鍵のファイルを --sse-c-key で指定するか、鍵なしで書き込まれたなら指定を外してください",
  "denied.customerKey":
    "--sse-c-key の鍵を S3 が拒否しました。別の鍵で書き込まれたか、バケットが SSE-C を禁止しています (2026 年 4 月以降に作られたバケットの既定。BlockedEncryptionTypes で変更)。そうでなければ {action} の権限を追加してもらってください",
  "denied.key":
    "KMS キーを使えません。{action} の許可を、利用者のポリシーとキーポリシーの両方に追加してもらってください",
  "denied.put":
    "S3 が書き込みを拒否しました。{action} の権限がないか、バケットポリシーが条件を求めています。暗号化なら --sse、ACL なら CLOUD_SUBMIT_ACL を指定してください",
  "denied.list": "バケットに対する {action} の権限がありません。追加してもらってください",
  "denied.other": "S3 が拒否しました。この認証情報に {action} の権限を追加してもらってください",
  "denied.get":
    "S3 が拒否しました。この認証情報に {action} の権限を追加してもらってください。KMS キーで暗号化されているなら kms:Decrypt も必要です",
  "aws.InvalidAccessKeyId": "アクセスキーが登録されていません。認証情報を確認してください",
  "aws.SignatureDoesNotMatch": "シークレットキーが違います。認証情報を確認してください",
  "aws.ExpiredToken": "認証情報の期限が切れています。再度サインインしてください",
  "aws.MayBeExpired":
    "S3 が理由を示さずに拒否しました。認証情報の期限切れと思われます。再度サインインしてください",
  "aws.RequestTimeTooSkewed": "この端末の時計が違います。合わせてください",
  "aws.CredentialsProviderError":
    "AWS の認証情報がありません。AWS_PROFILE を設定するか、aws configure を実行してください",
  "aws.credentialsFailed": "AWS の認証情報を取得できません",
  "ask.mfaCode": "プロファイル {profile} の MFA コード（{serial}）:",
  "aws.ProxyError": "経路上のプロキシーに拒否されました",
  "aws.TlsError":
    "信頼できる TLS 接続ができません。サイト独自の認証局がある場合は AWS_CA_BUNDLE にその証明書を指定してください",
  "tls.untrustedBy":
    "信頼できる TLS 接続ができません。{authorities} の証明書を使いました。発行元の証明書を追加してください",
  "tls.otherName":
    "信頼できる TLS 接続ができません。証明書が別の名前のものです。エンドポイントまたはプロキシーを確認してください",
  "tls.outOfDate":
    "信頼できる TLS 接続ができません。証明書が有効期間外です。この端末の時計を確認するか、サイトの管理者に連絡してください",
  "tls.noTls":
    "TLS 接続ができません。相手が TLS を使っていないようです。http のサーバーなら http:// を、そうでなければ別のポートを指定してください",
  "tls.other":
    "信頼できる TLS 接続ができません。証明書または接続が拒否されました。サイトの管理者に確認してください",
  "aws.NotFromS3":
    "S3 の代わりに途中の何かが応答しました。プロキシや Web フィルターを確認するか、ネットワークにサインインしてください",
  "aws.UnsoundListing":
    "S3 の一覧が正しくないため、何も削除していません。サーバーまたは手前のプロキシを確認してください",
  "aws.SlowDown":
    "S3 がリクエストを減らすよう求めています。同時に実行するコマンドを減らし、後でもう一度実行してください",
  "aws.NoSuchUpload":
    "アップロードが、誰か、またはバケットのライフサイクルルールによって、その間に削除されました。もう一度実行してください",
  "aws.InvalidPart":
    "S3 にあるアップロードのパートが送信したものと一致しません。もう一度実行してください",
  "aws.InternalError": "S3 が一時的に処理できません。後でもう一度実行してください",
  "aws.BadDigest":
    "送った内容と異なる内容が S3 に届いています。途中のプロキシ、またはこのマシンのメモリーを確認してください",
  "aws.PermanentRedirect":
    "バケットは別のリージョンか別のアドレスにあります。リージョンと AWS_ENDPOINT_URL を確認してください",
  "aws.MalformedResponse":
    "S3 の応答を読み取れません。サーバーまたは手前のプロキシを確認してください",
  "aws.NetworkError":
    "S3 に接続できないか、応答が途中で切れています。ネットワークを確認して再度実行してください",
  "aws.noRegion": "AWS のリージョンが分かりません。--region か AWS_REGION を指定してください",

  "error.bad-prefix": "プレフィックスが使えません",
  "error.no-script": "ジョブスクリプトがありません",
  "error.stage-in-failed": "クラスターへの搬入に失敗しました",
  "error.inputs-changed": "投入したファイルがバケットで変わりました",
  "error.bad-option": "sbatch のオプションを渡せません",
  "error.dependency-failed": "待っていたジョブが、指定どおりに終了しませんでした",
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
  "error.credentials": "AWS の認証情報を使えません",
  "error.interrupted": "中断されました",
  "error.internal": "内部エラーです",
};
