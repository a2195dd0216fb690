import type { Paint } from './output.ts'

/** Markdown as it reads well on a terminal; without colours, it stays as it was written. */
export function renderMarkdown(text: string, paint: Paint): string {
  if (!paint.isColorSupported) return text
  let inCode = false
  const lines: string[] = []
  for (const line of text.split('\n')) {
    if (line.trimStart().startsWith('```')) inCode = !inCode
    else lines.push(inCode ? `    ${paint.cyan(line)}` : renderLine(line, paint))
  }
  return lines.join('\n')
}

function renderLine(line: string, paint: Paint): string {
  if (line.startsWith('# ')) return paint.bold(paint.underline(line.slice(2)))
  if (/^#+ /.test(line)) return paint.bold(line.replace(/^#+ /, ''))
  return line
    .replaceAll(/`([^`]+)`/g, (_, code: string) => paint.cyan(code))
    .replaceAll(/\*\*([^*]+)\*\*/g, (_, strong: string) => paint.bold(strong))
    .replaceAll(
      /\[([^\]]+)\]\(([^)]+)\)/g,
      (_, label: string, url: string) => `${label} (${paint.dim(url)})`,
    )
}
