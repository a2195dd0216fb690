import { proveLab } from './prove-lab.ts'

proveLab('ml-inference')
