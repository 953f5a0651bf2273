import { type CompletedVerb, firstWords } from "./tree.ts";

/** The script for bash; files are completed where no word fits. */
export function bashScript(tree: readonly CompletedVerb[]): string {
  const cases = tree.map(({ words, options, values }) => {
    const names = options.flatMap((option) => option.names).join(" ");
    return `    "${words.join(" ")}") options="${names}"; words="${values.join(" ")}" ;;`;
  });
  const parents = firstWords(tree).flatMap((first) => {
    const below = tree.flatMap(({ words: [one, two] }) => (one === first && two ? [two] : []));
    return below.length === 0 ? [] : [`    "${first}") words="${below.join(" ")}" ;;`];
  });
  return `_cloud_submit() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb="" options="" words="" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [ "$word" = "--" ]; then return; fi
    case "$word" in
      -*) ;;
      *) case "$verb" in
           "") verb="$word" ;;
           ${parentPattern(tree)}) verb="$verb $word" ;;
         esac ;;
    esac
  done
  case "$verb" in
    "") words="${firstWords(tree).join(" ")} help" ;;
${[...parents, ...cases].join("\n")}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options --help" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o bashdefault -o default -F _cloud_submit cloud-submit
`.trimEnd();
}

/** Verbs that have others below them. */
function parentPattern(tree: readonly CompletedVerb[]): string {
  const parents = new Set(tree.flatMap(({ words }) => (words.length > 1 ? [words[0] ?? ""] : [])));
  return [...parents].map((word) => `"${word}"`).join("|");
}
