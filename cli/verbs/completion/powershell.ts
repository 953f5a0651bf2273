import { type CompletedVerb, firstWords } from "./tree.ts";

/** The script for PowerShell 5 and newer. */
export function powershellScript(tree: readonly CompletedVerb[]): string {
  const entries = tree.map(({ words, options, values }) => {
    const all = [...values, ...options.flatMap((option) => option.names)];
    return `    ${quoted(words.join(" "))} = @(${all.map(quoted).join(", ")})`;
  });
  const parents = firstWords(tree).flatMap((first) => {
    const below = tree.flatMap(({ words: [one, two] }) => (one === first && two ? [two] : []));
    return below.length === 0 ? [] : [`    ${quoted(first)} = @(${below.map(quoted).join(", ")})`];
  });
  return `Register-ArgumentCompleter -Native -CommandName cloud-submit -ScriptBlock {
  param($word, $ast, $position)
  $after = @{
    '' = @(${firstWords(tree).map(quoted).join(", ")})
${[...parents, ...entries].join("\n")}
  }
  $given = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() } |
    Where-Object { $_ -notlike '-*' -and $_ -ne $word })
  $key = ''
  foreach ($one in $given) {
    $next = "$key $one".Trim()
    if ($after.ContainsKey($next)) { $key = $next }
  }
  $after[$key] | Where-Object { $_ -like "$word*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
