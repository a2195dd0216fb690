import { describe, expect, it } from 'vitest'
import { drawValues, fillIn, namesIn, valuesEnvironment } from '../../checker/values.ts'

const lab = {
  id: 'vpc',
  values: { bucket: 'lake-####', cidr: ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'], size: '8' },
}

describe('values drawn for a student', () => {
  it('are the same for the same student, and never change', () => {
    expect(drawValues(lab, 'alice')).toEqual(drawValues(lab, 'alice'))
    // A change here would give every student new values in the middle of a course.
    expect(drawValues(lab, 'alice')).toEqual({
      bucket: 'lake-9642',
      cidr: '10.2.0.0/16',
      size: '8',
    })
  })

  it('differ from student to student, and from lab to lab', () => {
    const students = Array.from({ length: 200 }, (_, index) => drawValues(lab, `student ${index}`))
    expect(new Set(students.map(({ bucket }) => bucket)).size).toBeGreaterThan(190)
    expect(new Set(students.map(({ cidr }) => cidr)).size).toBe(3)
    expect(students.every(({ bucket }) => /^lake-[1-9][0-9]{3}$/.test(bucket!))).toBe(true)
    expect(drawValues({ ...lab, id: 'other' }, 'alice')).not.toEqual(drawValues(lab, 'alice'))
  })

  it('stand in the text where it names them', () => {
    const text = 'Make s3://{{bucket}} and {{bucket}}-logs, {{size}} GiB; {{other}} stays.'
    expect(fillIn(text, { bucket: 'lake', size: '8' })).toBe(
      'Make s3://lake and lake-logs, 8 GiB; {{other}} stays.',
    )
    expect([...namesIn(text)]).toEqual(['bucket', 'size', 'other'])
  })

  it("are variables of the author's scripts", () => {
    expect(valuesEnvironment({ bucket: 'lake', privateCidr: '10.0.0.0/24' })).toEqual({
      LAB_BUCKET: 'lake',
      LAB_PRIVATE_CIDR: '10.0.0.0/24',
    })
  })
})
