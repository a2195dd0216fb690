// What each system takes, written down from its own documentation; nothing else may be in a report.

const text = { type: 'string' }
const number = { type: 'number' }
const object = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const list = (items: object) => ({ type: 'array', items })
const visibility = { enum: ['visible', 'hidden', 'after_due_date', 'after_published'] }
const format = { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] }

/** https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format */
export const gradescopeSchema = object({
  score: { type: 'number', minimum: 0 },
  execution_time: { type: 'integer', minimum: 0 },
  output: text,
  output_format: format,
  test_output_format: format,
  test_name_format: format,
  visibility,
  stdout_visibility: visibility,
  extra_data: { type: 'object' },
  tests: list(
    object({
      score: number,
      max_score: number,
      status: { enum: ['passed', 'failed'] },
      name: text,
      number: text,
      output: text,
      visibility,
    }),
  ),
})

/** https://docs.prairielearn.com/externalGrading/#grading-results */
export const prairieLearnSchema = object(
  {
    gradable: { type: 'boolean' },
    score: { type: 'number', minimum: 0, maximum: 1 },
    message: text,
    output: text,
    format_errors: list(text),
    tests: list(
      object({ name: text, description: text, points: number, max_points: number, message: text }),
    ),
  },
  ['gradable', 'score'],
)

/** The fields of `classroom50/result/v1`; scores are whole numbers. */
export const classroom50Schema = object({
  schema: { const: 'classroom50/result/v1' },
  classroom: text,
  assignment: text,
  assignment_type: { enum: ['individual', 'group'] },
  owner: text,
  submission: text,
  commit: text,
  release: text,
  review: text,
  datetime: { type: 'string', format: 'date-time' },
  score: { type: 'integer', minimum: 0 },
  'max-score': { type: 'integer', minimum: 1 },
  tests: list(
    object({
      'test-name': text,
      passed: { type: 'boolean' },
      score: { type: 'integer' },
      'max-score': { type: 'integer' },
    }),
  ),
})

/** https://exercism.org/docs/building/tooling/test-runners/interface */
export const exercismSchema = object({
  version: { const: 3 },
  status: { enum: ['pass', 'fail', 'error'] },
  message: { type: ['string', 'null'] },
  tests: list(
    object({
      name: text,
      test_code: text,
      status: { enum: ['pass', 'fail', 'error'] },
      message: { type: ['string', 'null'] },
      output: { type: ['string', 'null'], maxLength: 500 },
      task_id: { type: 'integer', minimum: 1 },
    }),
  ),
})

const count = { type: 'integer', minimum: 0 }

/** https://github.com/ctrf-io/ctrf/blob/main/schema/ctrf.schema.json */
export const ctrfSchema = object(
  {
    reportFormat: { const: 'CTRF' },
    specVersion: { type: 'string', pattern: String.raw`^[0-9]+\.[0-9]+\.[0-9]+$` },
    reportId: { type: 'string', format: 'uuid' },
    timestamp: { type: 'string', format: 'date-time' },
    generatedBy: text,
    extra: { type: 'object' },
    results: object(
      {
        tool: object({ name: text, version: text }, ['name']),
        summary: object(
          {
            tests: count,
            passed: count,
            failed: count,
            pending: count,
            skipped: count,
            other: count,
            suites: count,
            start: count,
            stop: count,
          },
          ['tests', 'passed', 'failed', 'pending', 'skipped', 'other', 'start', 'stop'],
        ),
        tests: list(
          object(
            {
              name: { type: 'string', minLength: 1 },
              status: { enum: ['passed', 'failed', 'skipped', 'pending', 'other'] },
              duration: count,
              message: text,
              suite: list(text),
              extra: { type: 'object' },
            },
            ['name', 'status', 'duration'],
          ),
        ),
        environment: object({ appName: text, appVersion: text }),
        extra: { type: 'object' },
      },
      ['tool', 'summary', 'tests'],
    ),
  },
  ['reportFormat', 'specVersion', 'results'],
)
