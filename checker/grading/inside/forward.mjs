// Runs in the sandbox: puts the cloud and its databases at 127.0.0.1, copies the submission to where it may write, runs it, and ends with its
// status. Everything that the submission left running ends with it, as this is what the sandbox was started for.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { constants } from 'node:os'
import { pipeline } from 'node:stream'

const { gate, databases, port, source, work, warm, command } = JSON.parse(process.argv[2])

/** @param through what the answers go through */
function leadTo(socket, through) {
  return createServer((client) => {
    const there = connect(socket)
    client.pipe(there)
    client.on('error', () => there.destroy())
    client.on('close', () => there.destroy())
    pipeline([there, ...through, client], () => client.destroySoon())
  })
}

/** Databases that are listened for, by their sockets' names: `5432.sock`. */
const listening = new Map()
let matching = Promise.resolve()

const hasChanged = (names) =>
  names.length !== listening.size || names.some((name) => !listening.has(name))

async function match() {
  const names = readdirSync(databases)
  for (const [name, server] of listening) {
    if (names.includes(name)) continue
    server.close()
    listening.delete(name)
  }
  for (const name of names) {
    if (listening.has(name)) continue
    const server = leadTo(`${databases}/${name}`, []).listen(Number.parseInt(name, 10), '127.0.0.1')
    // Where the submission listens itself, it talks to itself.
    const isThere = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (isThere) listening.set(name, server)
  }
}

/** An answer that tells of a database passes when the database can be connected to. */
async function* whenDatabasesAreThere(chunks) {
  for await (const chunk of chunks) {
    if (hasChanged(readdirSync(databases))) matching = matching.then(match)
    await matching
    yield chunk
  }
}

const server = leadTo(gate, [whenDatabasesAreThere])
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
