import type { dataEn } from "../en/data.ts";

/** データセットと宣言した入力のメッセージ、エラーも含む。 */
export const dataJa: Readonly<Record<keyof typeof dataEn, string>> = {
  "data.done": "{name}: {files} ファイル ({bytes})。ジョブには --input {name} で渡せます",
  "data.kept":
    "以前のデータセットの {files} ファイルが置き換わりました。以前のものを指定したジョブには、引き続きそれが渡ります",
  "data.lost":
    "以前のデータセットの {files} ファイルが置き換わりました。バケットはバージョンを保存していないため、以前のものを指定してまだ始まっていないジョブは inputs-changed で終わります",
  "data.interrupt":
    "データセットは以前のままです (置き換わったファイルを除く)。アップロード済みのファイルはバケットに残ります。続けるには: {command}",
  "data.noneFound": "該当するデータセットはありません。",
  "data.notWhole": "未完成",
  "data.removed": "{name} を削除しました ({objects} オブジェクト)",
  "data.askRm": "{names} をバケットから削除しますか?",
  "data.notRemoved": "何も削除していません。質問に「はい」と答えるか、--yes を付けてください",
  "data.used":
    "{name}: 終了していないジョブ {job} が使っています。cloud-submit wait {job} の後に削除してください",
  "data.stays":
    "{key} を削除できません ({why})。s3:DeleteObject の権限を得てから、もう一度実行してください",
  "data.nameOfJob": "{name}: 時刻で終わる名前はジョブのものです。別の名前にしてください",
  "data.noFolder": "{path}: そのフォルダーはありません",
  "data.isJob": "{name} はジョブの名前です。データセットには別の名前を付けてください",
  "data.isSweep": "{name} はスイープの名前です。データセットには別の名前を付けてください",
  "data.isDataset": "{prefix} はデータセットの名前です。別の --prefix を指定してください",
  "data.unreadable":
    "{name}: {key} を読めません。書き込んだバージョンの cloud-submit を使うか、別の名前にしてください",
  "data.taken":
    "{name}: その間に別のクライアントが更新または削除したため、この操作は無効です。cloud-submit data list で確認し、もう一度実行してください",
  "data.tooLarge":
    "{max} を超えるファイルがあるか、名前が長すぎます。複数のデータセットに分けてください",
  "data.notPut":
    "データセットは以前のままです。{path} をアップロードできません: {reason}{more}。{advice}",
  "data.none": "{name}: そのデータセットはありません。cloud-submit data list で一覧を見られます",
  "data.incomplete":
    "{name}: このデータセットは未完成です。もう一度アップロードするか、終わるまで待ってください",
  "data.isRemoved":
    "{name}: 削除中か、削除が中断されています。cloud-submit data rm {name} をもう一度実行してから、アップロードしてください",
  "data.listDenied":
    "この認証情報では、決まった文字で始まる名前だけを一覧できます。cloud-submit data list alice-- のように指定してください",
  "input.syntax":
    "--input {input}: NAME、NAME/PATH または JOB:PATH を指定し、別の場所に置くには後ろに =WHERE を付けてください",
  "input.badPath": "--input {input}: {path} はジョブのフォルダー内のパスにできません: {reason}",
  "input.keptName":
    "--input {input}: {where} はジョブ自身のための名前です。別の =WHERE を指定してください",
  "input.samePlace":
    "--input {input}: {where} は --input {other} の場所か、その中です。別の =WHERE を指定してください",
  "input.inTheWay":
    "--input {input}: フォルダーに {path} があります。別の =WHERE を指定するか、.cloudsubmitignore に書いてください",
  "input.itself": "--input {input}: このジョブ自身です。別の --prefix を指定してください",
  "input.noReadKey":
    "{job}: 古いバージョンか別のツールが投入したため、結果を指定できません。もう一度投入してください",
  "input.noSuchPath":
    "--input {input}: データセットにそのパスはありません。パスに = が含まれる場合は、後ろに =WHERE を付けてください",
  "input.unreadable":
    "{name}: データセットを読めません。もう一度 put するか、put したバージョンの cloud-submit を使ってください",
  "input.tooMany":
    "入力が多すぎます。1 つのジョブに指定できるのは {inputs} オブジェクト、ほかのジョブの結果 {jobs} パスまでです",
};
