import type {
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
} from '@aws-sdk/client-ssm'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { parameterArn } from '../arns.ts'
import { validation } from '../errors.ts'
import { isBelow, parseStringFilters } from '../filters.ts'
import { checkAskedName } from '../names.ts'
import { pageOf } from '../pages.ts'
import { publicParameters } from '../public-parameters.ts'
import { decryption, findNamed, onParameter, shownParameter } from '../read.ts'
import { findVersion, labelsOf, parametersBelow, versionsOf } from '../rows/parameters.ts'

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export const GetParameter = operation<GetParameterRequest, GetParameterResult>({
  authorize: ({ Name = '', WithDecryption }, call) => [
    onParameter(call, Name),
    ...decryption(call, [Name], WithDecryption),
  ],
  run({ Name = '', WithDecryption }, call) {
    checkAskedName(Name)
    return { Parameter: shownParameter(call, findNamed(call, Name), WithDecryption) }
  },
})

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export const GetParameters = operation<GetParametersRequest, GetParametersResult>({
  authorize: ({ Names = [], WithDecryption }, call) => [
    ...Names.map((name) => onParameter(call, name)),
    ...decryption(call, Names, WithDecryption),
  ],
  run({ Names = [], WithDecryption }, call) {
    const found: Parameter[] = []
    const InvalidParameters: string[] = []
    for (const name of new Set(Names)) {
      try {
        found.push(shownParameter(call, findNamed(call, name), WithDecryption))
      } catch (error) {
        if (!(error instanceof AwsError) || !error.code.endsWith('NotFound')) throw error
        InvalidParameters.push(name)
      }
    }
    return { Parameters: found, InvalidParameters }
  },
})

const perPage = 10

/** Who may read a path may read all below it. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export const GetParametersByPath = operation<GetParametersByPathRequest, GetParametersByPathResult>(
  {
    authorize: ({ Path = '', Recursive, WithDecryption }, call) => [
      {
        resource: parameterArn(call, Path),
        context: { 'ssm:Recursive': String(Recursive === true) },
      },
      ...decryption(
        call,
        ownBelow(Path, Recursive, call).map(({ name }) => name),
        WithDecryption,
      ),
    ],
    run({ Path = '', Recursive, ParameterFilters, WithDecryption, ...page }, call) {
      if (!Path.startsWith('/')) throw notAPath()
      const matches = parseStringFilters(
        ParameterFilters,
        ['Type', 'KeyId', 'Label'],
        'GetParametersByPath',
      )
      const own = ownBelow(Path, Recursive, call).flatMap((row) => {
        const label = ParameterFilters?.find(({ Key }) => Key === 'Label')?.Values?.[0]
        const version = label
          ? versionsOf(call, row.key).find((one) => labelsOf(one).includes(label))
          : findVersion(call, row.key, row.version)
        return version && matches({ ...row, labels: labelsOf(version) })
          ? [{ kind: 'own' as const, row, version }]
          : []
      })
      const isPublic = /^\/aws(\/|$)/.test(Path) && !ParameterFilters?.length
      const known = isPublic ? publicParameters(call.ports.places, call.region).values() : []
      const ofAws = [...known]
        .filter(({ name }) => isBelow(name, Path, Recursive === true))
        .map((parameter) => ({ kind: 'public' as const, parameter }))
      const { items, ...more } = pageOf(
        [...own, ...ofAws],
        { ...page, Path, Recursive, ParameterFilters } as typeof page,
        perPage,
        call,
      )
      return { Parameters: items.map((one) => shownParameter(call, one, WithDecryption)), ...more }
    },
  },
)

const ownBelow = (path: string, recursive: boolean | undefined, call: Call) =>
  parametersBelow(call, path === '/' ? '' : `${path.replace(/\/$/, '')}/`).filter(({ name }) =>
    isBelow(name, path, recursive === true),
  )

const notAPath = () =>
  validation(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  )
