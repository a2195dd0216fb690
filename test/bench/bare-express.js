// The yardstick of the request benchmarks: Express with one handler that reads the body and answers fixed bytes.
// `?bytes=N` says how many.
import express from 'express'

const app = express()
app.disable('x-powered-by')
app.disable('etag')
const answers = new Map()

app.use((request, response) => {
  const bytes = Number(request.query.bytes ?? 0)
  let answer = answers.get(bytes)
  if (answer === undefined) answers.set(bytes, (answer = 'x'.repeat(bytes)))
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    response.set('content-type', 'text/xml').send(answer)
  })
})

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`ready on http://127.0.0.1:${server.address().port}`)
})
