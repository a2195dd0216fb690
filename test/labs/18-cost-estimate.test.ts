import { proveLab } from './prove-lab.ts'

proveLab('cost-estimate')
