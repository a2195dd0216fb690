import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from './package-root.ts'

/** Whether a folder is among pocketcloud's own labs. */
export const isOurOwn = (folder: string) =>
  dirname(folder) === fileURLToPath(new URL('labs', packageRoot))

/**
 * The files of a lab that begins: small, and complete enough to prove itself.
 * @param ours whether it is one of pocketcloud's own, whose checks import their neighbours
 */
export function newLabFiles(id: string, ours: boolean): Readonly<Record<string, string>> {
  const title = id[0]!.toUpperCase() + id.slice(1).replaceAll('-', ' ')
  const types = ours ? '../../checker/lab.ts' : 'pocketcloud/lab'
  return {
    'lab.md': labText(id, title),
    'checks.ts': checks(types),
    'solution/solve.sh': script('Does everything the lab asks for.', [], solution),
    'wrong/nothing-in-it.sh': script(
      'Makes the bucket and stores nothing in it.',
      ['score: 1/3', 'loses bucket/greeting: has no object called greeting.txt'],
      ['aws s3 mb "s3://$LAB_BUCKET"'],
    ),
  }
}

const solution = [
  'aws s3 mb "s3://$LAB_BUCKET"',
  'echo hello > greeting.txt',
  'aws s3 cp greeting.txt "s3://$LAB_BUCKET/greeting.txt"',
]

const script = (what: string, head: readonly string[], lines: readonly string[]) =>
  [
    '#!/usr/bin/env bash',
    `# ${what}`,
    ...head.map((line) => `# ${line}`),
    'set -euo pipefail',
    '# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.',
    'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }',
    '',
    ...lines,
    '',
  ].join('\n')

const labText = (id: string, title: string) => `---
id: ${id}
title: ${title}
level: beginner
minutes: 15
needs: []
services: [s3]
values: { bucket: ${id}-#### }
---
# ${title}

Say what this is about, and why somebody wants it.

\`\`\`bash
eval "$(pocketcloud env)"
pocketcloud lab start ${id}
\`\`\`

## Step 1: A bucket with a greeting

Say why, then give the command.

\`\`\`bash
aws s3 mb s3://{{bucket}}
echo hello > greeting.txt
aws s3 cp greeting.txt s3://{{bucket}}/greeting.txt
\`\`\`

Read more: [objects](https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingObjects.html)

## Done?

\`\`\`bash
pocketcloud check
\`\`\`
`

const checks = (
  types: string,
) => `import { HeadBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { condition, failed, lab, passed, task } from '${types}'

export default lab({
  tasks: [
    task({
      id: 'bucket',
      title: 'A bucket with a greeting',
      hints: [
        'A bucket is made by \`aws s3 mb\`.',
        'Copy a file into it: \`aws s3 cp greeting.txt s3://{{bucket}}/\`',
      ],
      explanation: 'What is in a bucket has a key, and no folders: a slash in a key is a letter like any other.',
      conditions: [
        condition({
          id: 'exists',
          title: 'Your bucket is there',
          points: 1,
          check: async ({ s3, values }) => {
            const there = await s3
              .send(new HeadBucketCommand({ Bucket: values['bucket']! }))
              .catch(() => undefined)
            return there ? passed() : failed(\`There is no bucket called \${values['bucket']}.\`)
          },
        }),
        condition({
          id: 'greeting',
          title: 'It has a greeting',
          points: 2,
          check: async ({ s3, values }) => {
            const Bucket = values['bucket']!
            const found = await s3.send(new ListObjectsV2Command({ Bucket })).catch(() => undefined)
            return found?.Contents?.some(({ Key }) => Key === 'greeting.txt')
              ? passed()
              : failed(\`Your bucket \${Bucket} has no object called greeting.txt.\`)
          },
        }),
      ],
    }),
  ],
})
`
