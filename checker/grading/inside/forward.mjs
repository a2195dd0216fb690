// Runs in the sandbox: puts the cloud at 127.0.0.1, copies the submission to where it may write, runs it, and ends with its status.
// Everything that the submission left running ends with it, as this is what the sandbox was started for.
import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { constants } from 'node:os'

const { gate, port, source, work, warm, command } = JSON.parse(process.argv[2])

const server = createServer((client) => {
  const cloud = connect(gate)
  client.pipe(cloud).pipe(client)
  client.on('error', () => cloud.destroy())
  cloud.on('error', () => client.destroy())
})
server.listen(port, '127.0.0.1', () => {
  cpSync(source, work, { recursive: true })
  if (warm !== null) spawn(warm[0], warm.slice(1), { stdio: 'ignore' }).on('error', () => {})
  const [file, ...args] = command
  const program = spawn(file, args, { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] })
  program.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(127)
  })
  program.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
})
