import type { reasonsEn } from "./reasons-en.ts";

/** ファイルを除外する理由の日本語版。 */
export const reasonsJa: Readonly<Record<keyof typeof reasonsEn, string>> = {
  "skipped.conflict": "ファイルとフォルダーが同じ名前です",
  "skipped.linkLoop": "自分自身に戻るシンボリックリンク",
  "skipped.linkOut": "フォルダーの外を指すシンボリックリンク",
  "skipped.linkToNothing": "リンク先のないシンボリックリンク",
  "skipped.linkAbove": "上位のフォルダーを指すシンボリックリンク",
  "skipped.linkOutside": "フォルダーの外にあるフォルダー内のシンボリックリンク",
  "skipped.linkAbsolute": "絶対パスを指すシンボリックリンク",
  "skipped.linkDots": "リンク先の名前の後に .. があるシンボリックリンク",
  "skipped.linkLong": "リンク先が長すぎるシンボリックリンク",
  "skipped.linkUnsound": "リンク先が正しくないシンボリックリンク",
  "skipped.noLinks":
    "ここではシンボリックリンクを作れず、リンク先もコピーできるファイルではありません",
  "skipped.notThere": "ありません",
  "skipped.becameElse": "調べている間に別のものに変わりました",
  "skipped.notUtf8": "名前が UTF-8 ではありません",
  "skipped.emptySegment": "パスに空の部分があります",
  "skipped.nul": "名前に NUL 文字があります",
  "skipped.unfinished": "ダウンロード途中のファイルに使う名前です",
  "skipped.disk": "このディスクでは使えない名前です",
  "skipped.pathTooLong": "このディスクにはパスが長すぎます",
};
