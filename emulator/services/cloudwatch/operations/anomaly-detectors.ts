import type {
  AnomalyDetector,
  DeleteAnomalyDetectorInput,
  DescribeAnomalyDetectorsInput,
  DescribeAnomalyDetectorsOutput,
  MetricMathAnomalyDetector,
  PutAnomalyDetectorInput,
  SingleMetricAnomalyDetector,
} from '@aws-sdk/client-cloudwatch'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidNextToken, invalidParameterCombination, parameterRequired } from '../errors.ts'
import { dimensionsOf, shownDimensions } from '../metrics/dimensions.ts'
import { isTexts, placeOf, tokenOf } from '../pages.ts'
import { deleteDocument, listDocuments, putDocument } from '../rows/documents.ts'

// Detectors are kept and given back, in training for ever: no model is trained here.

const kind = 'anomaly-detector'

interface Given extends SingleMetricAnomalyDetector {
  readonly SingleMetricAnomalyDetector?: SingleMetricAnomalyDetector | undefined
  readonly MetricMathAnomalyDetector?: MetricMathAnomalyDetector | undefined
}

/** What a detector is about, and what it is known by. @throws MissingParameter, InvalidParameterCombination */
function subject(
  given: Given,
  call: Call,
): { readonly id: string; readonly shown: AnomalyDetector } {
  const { SingleMetricAnomalyDetector: single, MetricMathAnomalyDetector: math } = given
  if (math) {
    if (single) {
      throw invalidParameterCombination(
        'SingleMetricAnomalyDetector and MetricMathAnomalyDetector are mutually exclusive and you have specified both.',
      )
    }
    return {
      id: JSON.stringify(['math', math.MetricDataQueries]),
      shown: { MetricMathAnomalyDetector: math },
    }
  }
  const { Namespace, MetricName, Stat, Dimensions } = single ?? given
  if (!Namespace) throw parameterRequired('Namespace')
  if (!MetricName) throw parameterRequired('MetricName')
  if (!Stat) throw parameterRequired('Stat')
  const dimensions = dimensionsOf(Dimensions, 'Dimensions')
  const metric = { Namespace, MetricName, Stat, Dimensions: shownDimensions(dimensions) }
  return {
    id: JSON.stringify(['metric', Namespace, MetricName, Stat, dimensions]),
    shown: { ...metric, SingleMetricAnomalyDetector: { AccountId: call.account, ...metric } },
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutAnomalyDetector.html */
export const PutAnomalyDetector = operation<PutAnomalyDetectorInput, object>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run(input, call) {
    const { id, shown } = subject(input, call)
    const { Configuration, MetricCharacteristics } = input
    const content: AnomalyDetector = {
      ...shown,
      Configuration: {
        ...Configuration,
        ExcludedTimeRanges: Configuration?.ExcludedTimeRanges ?? [],
      },
      ...(MetricCharacteristics && { MetricCharacteristics }),
      StateValue: 'PENDING_TRAINING',
    }
    putDocument(call, kind, { id, content, tags: {} })
    return {}
  },
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAnomalyDetectors.html */
export const DescribeAnomalyDetectors = operation<
  DescribeAnomalyDetectorsInput,
  DescribeAnomalyDetectorsOutput
>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run(input, call) {
    const { NextToken, MaxResults = 500, Namespace, MetricName, Dimensions } = input
    const [after] = NextToken ? placeOf(NextToken, isTexts(1), invalidNextToken) : []
    const types = input.AnomalyDetectorTypes ?? ['SINGLE_METRIC']
    const wanted =
      Dimensions && JSON.stringify(shownDimensions(dimensionsOf(Dimensions, 'Dimensions')))
    const found = listDocuments<AnomalyDetector>(call, kind, after).filter(
      ({ content }) =>
        types.includes(content.MetricMathAnomalyDetector ? 'METRIC_MATH' : 'SINGLE_METRIC') &&
        (Namespace === undefined || content.Namespace === Namespace) &&
        (MetricName === undefined || content.MetricName === MetricName) &&
        (wanted === undefined || JSON.stringify(content.Dimensions) === wanted),
    )
    const page = found.slice(0, MaxResults)
    return {
      AnomalyDetectors: page.map(({ content }) => revived(content)),
      ...(found.length > page.length && { NextToken: tokenOf([page.at(-1)!.id]) }),
    }
  },
})

/** Moments are text in JSON. */
function revived({ Configuration, ...rest }: AnomalyDetector): AnomalyDetector {
  const ranges = Configuration?.ExcludedTimeRanges ?? []
  return {
    ...rest,
    Configuration: {
      ...Configuration,
      ExcludedTimeRanges: ranges.map(({ StartTime, EndTime }) => ({
        StartTime: StartTime && new Date(StartTime),
        EndTime: EndTime && new Date(EndTime),
      })),
    },
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAnomalyDetector.html */
export const DeleteAnomalyDetector = operation<DeleteAnomalyDetectorInput, object>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run(input, call) {
    if (!deleteDocument(call, kind, subject(input, call).id)) {
      throw new AwsError('ResourceNotFoundException', 'The anomaly detector does not exist.', {
        status: 404,
      })
    }
    return {}
  },
})
