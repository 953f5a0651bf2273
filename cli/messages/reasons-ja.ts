import type { reasonsEn } from "./reasons-en.ts";

/** ジョブ記録と転送のコードの日本語版。 */
export const reasonsJa: Readonly<Record<keyof typeof reasonsEn, string>> = {
  "code.name-conflict": "ファイルとフォルダーが同じ名前です",
  "code.name-not-utf8": "名前が UTF-8 ではありません",
  "code.name-nul": "名前に NUL 文字があります",
  "code.name-kept": "ダウンロード途中のファイルに使う名前です",
  "code.name-too-long": "名前が {max} バイトを超えています",
  "code.name-on-disk": "このディスクでは使えない名前です",
  "code.name-same-on-disk": 'このディスクでは {"other"} と同じ名前になります',
  "code.path-too-long": "このディスクにはパスが長すぎます。短い名前にしてください",
  "code.path-segment-empty": "パスに空の部分があります",
  "code.path-segment-dots": "パスに {segment} があります",
  "code.key-too-long": "オブジェクトキーが {max} バイトを超えています",
  "code.windows-character": 'Windows では名前に {"character"} を使えません',
  "code.windows-end": "Windows では名前をドットや空白で終えられません",
  "code.windows-device": "Windows がデバイスに使う名前です",
  "code.link-loop": "自分自身に戻るシンボリックリンク",
  "code.link-out": "フォルダーの外を指すシンボリックリンク",
  "code.link-to-nothing": "リンク先のないシンボリックリンク",
  "code.link-to-above": "上位のフォルダーを指すシンボリックリンク",
  "code.link-outside": "フォルダーの外にあるフォルダー内のシンボリックリンク",
  "code.link-absolute": "絶対パスを指すシンボリックリンク",
  "code.link-dots": "リンク先の名前の後に .. があるシンボリックリンク",
  "code.link-too-long": "リンク先が長すぎるシンボリックリンク。短くしてください",
  "code.link-unsound": "リンク先が正しくないシンボリックリンク",
  "code.link-not-made":
    "ここではシンボリックリンクを作れず、リンク先もコピーできるファイルではありません",
  "code.folder-is-link": '{"folder"} はここではフォルダーではなくシンボリックリンクです',
  "code.folder-gone": "ジョブが自分のフォルダーを削除しました",
  "code.folder-replaced": "ジョブが自分のフォルダーをシンボリックリンクに置き換えました",
  "code.target-gone":
    "フォルダー、またはその中のフォルダーが、その間に削除されたか置き換えられました。再度実行してください",
  "code.not-a-file": "ファイルでもフォルダーでもありません",
  "code.became-another-kind": "調べている間に別のものに変わりました",
  "code.became-shorter": "読んでいる間に短くなりました",
  "code.kept-changing": "読んでいる間に変わり続けました",
  "code.file-removed": "その間に削除されました",
  "code.too-large": "S3 のオブジェクトの上限 ({max}) を超えています",
  "code.object-removed": "その間にバケットから削除されました",
  "code.object-changing": "取得中に何度も置き換えられました。再度実行してください",
  "code.input-changed": "投入したときのオブジェクトではなくなりました",
  "code.object-damaged":
    "届いた内容が S3 のチェックサムと 2 回一致しませんでした。再度実行してください",
  "code.object-length":
    "S3 から届くバイト数が、一覧の長さと 2 回異なりました。再度実行してください",
  "code.object-refused": "S3 に拒否されました: {error}",
  "code.header-refused": 'リクエストを作れません。{"what"} は送れません',
  "code.system-error": "システムのエラー: {error}",
  "code.text-too-large": "{max} バイトを超えています",
  "code.text-utf16": "UTF-16 です。UTF-8 で保存してください",
  "code.text-not-utf8": "UTF-8 ではありません。UTF-8 で保存してください",
  "code.rule-backslash": '{line} 行目の {"rule"}: 末尾の \\ の後に文字がありません',
  "code.rule-bracket": '{line} 行目の {"rule"}: [ に対する ] がありません',
  "code.rule-stars":
    '{line} 行目の {"rule"}: 1 つの規則の * は {max} 個まで、その上限まで使える規則は {some} 個です',
  "code.rule-control": '{line} 行目の {"rule"}: 改行か NUL 文字が含まれています',
  "code.rule-too-long": '{line} 行目の {"rule"}: {max} 文字を超えています',
  "code.rules-too-many": "規則が {max} 個を超えています",
  "code.rule-range": '{line} 行目の {"rule"}: [ ] の中の範囲が逆です',
  "code.name-same-in-unicode":
    '{"other"} とは Unicode の表し方だけが違います。片方しか置けないディスクがあります',
  "code.not-in-order": "バケットの一覧が順番どおりではありません",
  "code.job-changed": "その間にジョブが変わりました",
  "code.nothing-deleted": "すべてのファイルを比べられなかったため、何も削除していません",
  "code.not-listed":
    "この認証情報ではバケットを一覧できません (s3:ListBucket がありません)。すべてのファイルを送り、何も削除していません",
  "code.not-removed": "バケットのポリシーにより削除できず、バケットに残ります",
  "code.no-manifest":
    "ファイルが多すぎるか ({max} 件まで) 名前が長すぎるため、マニフェストを付けていません。ジョブは開始時にプレフィックスの下にあるものすべてを使います",
  "code.job-active": "投入 {submission} のジョブがまだ実行中です",
  "code.request-replaced":
    "クラスターが受け取る前に、FILE_UPLOAD が投入 {submission} として書き直されました",
  "code.chdir-not-followed":
    'スクリプトは作業ディレクトリ {"path"} を指定していますが、結果が戻るジョブのフォルダーで実行しました',
  "code.comment-not-followed": "スクリプトのコメントは、ジョブを識別するためのものに置き換えました",
  "code.output-not-brought-back":
    '出力先 {"path"} の内容は戻りません。ジョブのフォルダー内の、job-aws-* 以外のファイルを指定してください',
  "code.output-folder-missing":
    '出力先 {"path"} のフォルダーがなく、Slurm はジョブを開始できませんでした。投入前にフォルダーを作るか、別のファイルを指定してください',
  "code.output-not-opened":
    '入力、または出力先 {"path"} を開けず、Slurm はジョブを開始できませんでした。入力があるか、出力と同じ名前のフォルダーがないかを確かめてください',
  "code.rule-not-used":
    '.cloudsubmitignore の {line} 行目 {"rule"} は、* が多すぎるか行が後ろすぎるため、結果には使いませんでした',
  "code.rules-not-tried":
    ".cloudsubmitignore の照合に時間がかかりすぎるか、フォルダーの深さが 100 を超えるため、結果のうち {count} 件には適用せず、戻しました",
  "code.results-ignored":
    '.cloudsubmitignore により、結果のうち {"path"} など {count} 件は戻りません',
  "code.inputs-not-removed":
    'バケットのポリシーにより、結果に置き換わる入力のうち {"path"} など {count} 件を削除できず、結果と並んで残ります',
  "code.dependency-unknown":
    "--dependency に Slurm の知らないジョブ ({ids}) があり、その終了を待ちませんでした",
  "code.closing-not-seen":
    "最後のファイルの知らせが {seconds} 秒以内に届かず、それまでに届いたファイルで開始しました",
  "code.part-not-cancelled":
    "ジョブの {part} へのキャンセルまたはシグナルは送られませんでした: {why}",
  "code.part-unreadable":
    "JOB_CANCEL のメタデータが、サブミッションと、タスクまたは送れるシグナルを示していません。何もキャンセルしていません",
  "code.jobs-of-its-own":
    "このフォルダーから別のジョブ ({ids}) が投入されました。このジョブの終了後に書かれた結果は戻りません",
};
