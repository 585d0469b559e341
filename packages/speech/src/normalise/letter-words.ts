/** Written in capitals and yet said as words. */
export const ACRONYMS = new Set(
  (
    'ACAS AIDS ANZAC ASAP ASBO ASCAP ASCII ASEAN AWOL BAFTA BASIC BIOS BOGO BUPA CAD CAPTCHA CERN COP COBOL COBRA COVID DARPA DEFRA ' +
    'DRAM EFTA EPROM ESOL EULA FAQs FEMA FIFA FIFO FOMO FORTRAN GATT GIF GIFs GUI GUIs HIPAA HUD IBAN IELTS IKEA IMAX INTERPOL ISIS ISO ' +
    'JPEG JPEGs LAN LANs LASER LASIK LIBOR LIDAR LIFO LIMO MASH MENSA MIDI MIME MOMA NAFTA NASA NASCAR NASDAQ NATO NEET NIMBY NORAD ' +
    'OPEC OSHA OXFAM PIN PINs PIXAR POTUS QANTAS RADAR RAID RAM REIT REM ROM SAAS SAM SARS SAT SATs SCOTUS SCUBA SEAL SIM SIMs SOHO ' +
    'SONAR SPAM SWAT SWOT TASER TIFF UEFA UKIP UNESCO UNICEF WAN WASP WYSIWYG YAML YOLO ZIP LOL TED FLOTUS JSON NUMA CUDA LASSO MERS ' +
    'BREXIT OPEC NAND LARP MOOC MOOCs NICE NOLA TOEFL CRUD GNU SWIFT ACORN FTSE NGINX UNIX LINUX SAAB FIAT LEGO ' +
    'AMTRAK CORS REST SOAP MAC DOS WIMAX'
  ).split(' '),
);

/** Pronounceable, and yet spelled. */
export const INITIALISMS = new Set(
  (
    'AARP ACLU ESPN ICAO IEEE ISBN ITIL IUCN NAACP NCAA NYPD LAPD UCLA UNHCR USSR USAF UAE UAV EU UK US USA UN AI IT IP IQ ID ' +
    'API APA BC AD CE BCE ATM ADHD AC DC AM PM AKA BA BBC BMI CEO CIA CIO COO CTO CFO DIY DNA DOA DOB EPA ETA FAA FAQ FBI FDA GDP GOP GPA GPA GPO HIV ' +
    'HQ ICU IMO IMF IOU IPO IRA IRS ITV KO LGBT LGBTQ MA MBA MIA MOT MRI NBA NFL NHS OAP OECD OLED PA PE PTA RAF RIP RNA ROI SOS SUV TBA TNA UFO PAYE ' +
    'UPS URL USB VIP VPN WTO WWE WHO YMCA ABC AAA OKR AOC EV EVS HOA TSA NSA NRA NDA ERA ESA ETF ITT IBM SAS SAP IPA EPL UCI UTI UPI AEST AEDT ' +
    'AAPL AIIB HTTP HTTPS IOS ACA OAS DUI AFL CIO UAW ANC AOL EIA ECB ECG EEG EFT EMS EMT IED IVF OBE MBE NYSE IAEA ILO EWCA UKUT ECHR AFAIK ICYMI IMHO IIRC'
  ).split(' '),
);

/** Common short words: in capitals they are emphasis, not initials. */
export const SHORT_WORDS = new Set(
  (
    'am an as at be by do go he hi if in is it me my no of oh on or so to up us we ' +
    'act add age ago aid aim air all and any are arm art ask bad bag bar bat bed beg bet big bit box boy bug bus but buy bye can car cat cup cut ' +
    'dad day did die dig dog dry due ear eat egg end eye far fat fee few fit fix fly for fox fun gas get god got gun guy had has hat her hey him his ' +
    'hit hot how ice ill its jet job joy key kid lab law lay leg let lie lip lot low mad man map may men met mix mom mum mud net new nor not now nut ' +
    'odd off oil old one our out owe own pay pen pet pig pop pot put raw red rid row run sad say sea see set sex she shy sin sir sit six sky son sun ' +
    'tax tea ten the tie tip toe too top toy try two use war was way web wet who why win won wow yes yet you zoo ' +
    'able also area army away baby back ball band bank base bath bear beat been beer bell best bill bird blow blue boat body bomb bond bone book ' +
    'boom born boss both bowl burn bush busy call calm came camp card care case cash cast cell chat chip city club coal coat code cold come cook ' +
    'cool cope copy core cost crew crop dark data date dawn days dead deal dean dear debt deep desk dial diet disc disk does done door dose down ' +
    'draw drew drop drug dual duke dust duty each earn ease east easy edge else even ever evil exit face fact fail fair fall farm fast fate fear ' +
    'feed feel feet fell felt file fill film find fine fire firm fish five flat flow food foot ford form fort four free from fuel full fund gain ' +
    'game gate gave gear gift girl give glad goal goes gold golf gone good gray grew grey grow half hall hand hang hard harm hate have head hear ' +
    'heat held hell help here hero high hill hire hold hole holy home hope host hour huge hung hunt hurt idea inch into iron item jack join jump ' +
    'jury just keen keep kept kick kill kind king knee knew know lack lady laid lake land lane last late lead left less life lift like line link ' +
    'list live load loan lock long look lord lose loss lost love luck made mail main make male many mark mass max meal mean meat meet menu mere mile ' +
    'milk mind mine miss mode mood moon more most move much must name navy near neck need news next nice nine none nose note okay once only onto ' +
    'open oral over pack page paid pain pair park part pass past path peak pick pink plan play plot plug plus poll pool poor port post pull pure ' +
    'push race rail rain rank rare rate read real rear rely rent rest rice rich ride ring rise risk road rock role roll roof room root rose rule ' +
    'rush safe said sake sale salt same sand save seat seed seek seem seen self sell send sent shop shot show shut sick side sign site size skin ' +
    'slip slow snow soft soil sold sole some song soon sort soul spot star stay step stop such suit sure take tale talk tall tank tape task team ' +
    'tell tend term test text than that them then they thin this thus till time tiny told toll tone took tool tour town tree trip true tune turn ' +
    'twin type unit upon used user vary vast very vet vets vice view vote wage wait wake walk wall want ward warm wash wave ways weak wear week well went ' +
    'were west what when whom wide wife wild will wind wine wing wire wise wish with wood word wore work yard yeah year your zero zone stop'
  ).split(' '),
);

const CONSONANT = '[BCDFGHJKLMNPQRSTVWXZ]';
const ONSET =
  '(?:[BCDFGHJKLMNPRSTVWYZ]|GH|GN|KN|RH|SCH|SHR|SPL|SQU|THR|BL|BR|CH|CL|CR|DR|FL|FR|GL|GR|PH|PL|PR|QU|SC|SCR|SH|SK|SL|SM|SN|SP|SPR|ST|STR|SW|TH|TR|TW|WH|WR)?';
const CODA =
  '(?:[BCDFGKLMNPRSTVXYZ]|BS|BT|CH|DDS|DS|FS|GH|GN|GNS|GS|HN|KS|LDS|LKS|LTS|MB|MBS|PH|PTS|RDS|THS|SKS|W|WS|WD|WDS|WL|WLS|WN|WNS|YS|CK|CT|CTS|FT|GHT|LD|LF|LL|LM|LP|LS|LT|MP|MPS|MS|NCE|NCH|ND|NDS|NG|NGS|NK|NS|NT|NTS|PS|PT|RCH|RD|RDS|RK|RL|RM|RN|RP|RS|RT|RTS|RTH|SH|SK|SS|ST|STS|TCH|TH|TS|TT|CE|SE|TE|VE|KE|LE|ME|NE|DE|GE|PE|RE|ZE)?';
const NUCLEUS = '(?:[AEIOU]{1,2}|Y)';
const PRONOUNCEABLE = new RegExp(`^${ONSET}${NUCLEUS}${CODA}(?:${ONSET}${NUCLEUS}${CODA}){0,8}$`);

/** Whether a run of capitals could be said as an English word: syllables with usual margins. */
export function isPronounceable(capitals: string): boolean {
  return !new RegExp(`^${CONSONANT}+$`).test(capitals) && PRONOUNCEABLE.test(capitals);
}
