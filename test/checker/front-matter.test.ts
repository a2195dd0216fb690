import { describe, expect, it } from 'vitest'
import { parseLabFile } from '../../checker/front-matter.ts'

const fields = {
  id: 'id: buckets',
  title: 'title: Buckets',
  level: 'level: beginner',
  minutes: 'minutes: 20',
  needs: 'needs: [first-instance]',
  services: 'services: [s3]',
  values: 'values: { bucket: data-lake }',
}

const labFile = (changes: Partial<typeof fields> & { more?: string } = {}, text = 'Hello.\n') =>
  `---\n${Object.values({ ...fields, ...changes }).join('\n')}\n---\n${text}`

describe('lab.md', () => {
  it('gives its description and its text', () => {
    expect(parseLabFile(labFile({}, '\n# Buckets\n\nMake `{{bucket}}`.\n'), 'lab.md')).toEqual({
      description: {
        id: 'buckets',
        title: 'Buckets',
        level: 'beginner',
        minutes: 20,
        needs: ['first-instance'],
        services: ['s3'],
        copy: false,
        submission: { files: [], apply: undefined, clock: false, metadata: false },
        values: { bucket: 'data-lake' },
      },
      text: '# Buckets\n\nMake `{{bucket}}`.',
    })
  })

  it('may leave out needs, services and values', () => {
    const { description } = parseLabFile(labFile({ needs: '', services: '', values: '' }), 'lab.md')
    expect(description).toMatchObject({ needs: [], services: [], values: {} })
  })

  it('may ask for a copy of the cloud', () => {
    const { description } = parseLabFile(labFile({ more: 'copy: true' }), 'lab.md')
    expect(description.copy).toBe(true)
  })

  it('may give several texts to draw from, and numbers', () => {
    const values = 'values: { size: [10, 20], bucket: lake-####, port: 5432 }'
    const { description } = parseLabFile(labFile({ values }), 'lab.md')
    expect(description.values).toEqual({ size: ['10', '20'], bucket: 'lake-####', port: '5432' })
  })

  it('is read with Windows line ends too', () => {
    const file = labFile().replaceAll('\n', '\r\n')
    expect(parseLabFile(file, 'lab.md').description.id).toBe('buckets')
  })

  it.each([
    [{ level: 'level: easy' }, '"level" must be one of beginner, intermediate, advanced'],
    [{ minutes: 'minutes: soon' }, '"minutes" must be a whole number'],
    [{ title: '' }, '"title" must be a text'],
    [{ services: 'services: [s4]' }, '"services" must be from ec2, iam, rds, s3, sts'],
    [{ needs: 'needs: 3' }, '"needs" must be a list of texts'],
    [
      { values: 'values: { size: { of: 3 } }' },
      '"values" must be names with a text or a list of texts each',
    ],
    [{ values: 'values: { size: [] }' }, '"values" must be names with a text or a list of'],
    [{ more: 'copy: yes please' }, '"copy" must be true or false'],
    [{ more: 'minuets: 3' }, 'there is no field "minuets"'],
  ])('with %j is refused, naming the file and the field', (changes, message) => {
    expect(() => parseLabFile(labFile(changes), 'labs/02/lab.md')).toThrow(
      `labs/02/lab.md: ${message}`,
    )
  })

  it('may not use a value it does not give', () => {
    expect(() => parseLabFile(labFile({}, '{{zone}}'), 'lab.md')).toThrow(
      'lab.md uses {{zone}}, which "values" lacks',
    )
  })

  it('must begin with front matter', () => {
    expect(() => parseLabFile('# Buckets\n', 'lab.md')).toThrow('does not begin with front matter')
  })
})
