/** As Python's `"""` texts of the tests: what is indented there is indented here. */
const lines = (...texts: string[]): string => ['', ...texts.map((text) => `  ${text}`)].join('\n');

const BULLETS = [
  'A Markdown bullet point is a way of formatting text to create a list. To',
  'create a bullet point, start each line with an asterisk (*). For example:',
  '* This is a bullet point.',
  '*(no space required)Another bullet point.',
  '* (no newline ending required)Another bullet point.',
  'markdown bullet points are often used to create to-do lists or to list items',
  'in a step-by-step guide.',
];
const SEINE = [
  'Paris is a city of beauty and romance. The romantic river Seine winds its way',
  'through the city, past iconic landmarks like the Eiffel Tower and the Louvre',
  'Museum, where the Mona Lisa resides.',
];
const NOTRE_DAME = [
  'Paris is a city of beauty, romance, and history. It is home to some of the',
  'most iconic landmarks in the world, including the Eiffel Tower, the Louvre',
  'Museum, and the Notre Dame Cathedral. The city is also known for its romantic',
  'river cruises, its delicious food, and its stylish people.',
];
const POWER = 'The Nazis came to power in 1933 through a combination of legal and illegal';
const GPT = [
  'GPT, or Generative Pre-trained Transformer, is a family of neural network',
  'models that uses the transformer architecture. GPT models are trained on a',
  'massive dataset of text and code, by a variety of organizations like Google.',
];
const AI = [
  'L4RGE L4NGU4GE M0DEL: AI syst3m th4t und3rstands, g3n3r4tes, or tr4nsforms',
  'l4ngu4g3 b4s3d on pr3vious l3arning & d4t4.',
];
const PROOF = (third: string): string =>
  lines(
    'Wow this is a very long response.\n',
    "I can't believe there is more than three paragraphs.\n",
    `${third}\n`,
    "I can't believe it but I guess I am living proof.\n",
    'Haha, you go that right.',
  );
const keywords = { type: 'keywords_present', keywords: ['romantic', 'river', 'Mona Lisa'] };
const second = { type: 'paragraph_start', paragraphs: 3, nth: 2, word: 'I' };
const really = { type: 'paragraph_start', paragraphs: 5, nth: 3, word: 'Really' };

/**
 * `instruction_following_eval/instructions_test.py` of google-research (Apache-2.0), some texts shortened where that
 * changes no count: what is asked, the response, whether it follows. `less than n` is `at_most` n - 1.
 */
export const IFEVAL_VECTORS: [object, string, boolean][] = [
  [{ type: 'sentence_count', at_most: 3 }, 'xx,x. xx,x! xx/x. x{x}x?', false],
  [{ type: 'sentence_count', at_most: 4 }, 'xxxx. xx,x! xxxx. x(x)x?', true],
  [{ type: 'sentence_count', at_least: 4 }, 'xxxx. xx,x! xx|x. x&x x?', true],
  [{ type: 'sentence_count', at_least: 5 }, 'xx-x. xx,x! xx}x. x,xx?', false],
  [
    { type: 'placeholder_count', at_least: 5 },
    'Here is a template:\n[Name]\n[Email]\n[Phone]\n[Address]\n[Website]\nThis',
    true,
  ],
  [
    { type: 'placeholder_count', at_least: 7 },
    'My [adjective] [noun] is [adjective] [noun]. I [verb] and [verb].',
    false,
  ],
  [{ type: 'bullet_count', exactly: 3 }, lines(...BULLETS), true],
  [
    { type: 'bullet_count', exactly: 2 },
    lines(
      'Check that inline asterisk (*), *, will not',
      '  * This.',
      '  * Another.',
      '  . dot is not counted',
    ),
    true,
  ],
  [
    { type: 'bullet_count', exactly: 3 },
    lines('Here are three:', '- I am', '- I am trained', '-I am still'),
    true,
  ],
  [
    { type: 'bullet_count', exactly: 1 },
    lines('Paragraph 1', '***', 'Paragraph 2', '***', 'Paragraph 3', '* only one bullet point', ''),
    true,
  ],
  [
    { type: 'one_of', options: ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'] },
    '\n My answer is no.\n',
    true,
  ],
  [
    { type: 'highlight_count', at_least: 2 },
    lines(
      'word `hello`, you would type:*hello*, You can also use the ** character to',
      'would type: **hello** ',
    ),
    true,
  ],
  [
    { type: 'highlight_count', at_least: 2 },
    lines(
      '*Finite difference methods',
      '*Finite element methods*',
      '*Boundary element methods',
      '*Monte Carlo',
    ),
    false,
  ],
  [
    { type: 'highlight_count', at_least: 4 },
    lines(
      'There is allowed to be *two different* highlighted *sections in the same*',
      'line. **This is also true** for **double markdown highlights.**',
    ),
    true,
  ],
  [
    { type: 'section_count', marker: 'Section', at_least: 3 },
    lines(
      'with "Section X", such as:',
      'Section 1',
      '[content of section 1]',
      'Section 2',
      '[content of section 2]',
    ),
    false,
  ],
  [
    { type: 'section_count', marker: 'SECTION', at_least: 2 },
    'SECTION 1\n  [content of section 1]\n  SECTION 2\n  [content of section 2]',
    true,
  ],
  ...(
    [
      [3, ['paragraph 1', '***', 'paragraph 2', '***', 'paragraph 3'], true],
      [3, ['        ***', 'paragraph 1', '        ***', 'paragraph 2', '        ***', 'paragraph 3'], true],
      [3, ['paragraph 1', '        ***', 'paragraph 2', '        ***', 'paragraph 3', '        ***'], true],
      [2, ['paragraph 1', '        ***', 'paragraph 2', '        ***', '        ***'], false],
    ] as const
  ).map(([exactly, texts, kept]): [object, string, boolean] => [
    { type: 'paragraph_count', separator: '***', exactly },
    lines(...texts),
    kept,
  ]),
  [{ type: 'postscript', marker: 'P.S.' }, lines('I will do my best.', '', 'P.S. I hope this is it.'), true],
  [{ type: 'postscript', marker: 'PS:' }, lines('I will do my best.', '', 'P.S. I hope this is it.'), false],
  [{ type: 'postscript', marker: 'P.P.S' }, lines('My response is.', '', 'P.P.S. I am always happy'), true],
  [
    { type: 'postscript', marker: 'P.S.' },
    lines('just a point. (not starting a new line) P.S. I hope'),
    true,
  ],
  [{ type: 'postscript', marker: 'P.P.S' }, lines('also be one.', 'p.p.s what if the entire response'), true],
  [
    { type: 'postscript', marker: 'P.S.' },
    lines('are mysterious.', 'P. S. Sometimes there are even spaces'),
    true,
  ],
  [{ type: 'starts_with', text: 'My response is:' }, lines('      My response is: ASIC is a chip'), true],
  [
    { type: 'starts_with', text: 'My response is:' },
    lines('An ASIC that, my response is, is designed'),
    false,
  ],
  [keywords, lines(...SEINE, 'down', 'the river'), true],
  [keywords, lines(...NOTRE_DAME), false],
  [{ type: 'keyword_count', keyword: '  keyword ', at_most: 3 }, lines('keyword, Keyword, KEYWORD'), true],
  [{ type: 'keyword_count', keyword: '  keyword ', at_least: 3 }, lines('keyword, Keyword, KEYWORD'), true],
  [
    { type: 'keyword_count', keyword: 'KEYWORD', at_least: 4 },
    lines('*keyword', '*Keyword', '*KEYWORD'),
    false,
  ],
  [{ type: 'word_count', at_most: 7 }, lines('d3sCRi7 lArge lAnguagE M0del w1tH 20 w0RdS.'), true],
  [{ type: 'word_count', at_most: 15 }, lines(...AI), false],
  [{ type: 'word_count', at_least: 16 }, lines(...AI), true],
  [second, lines('paragraph 1', '', 'I paragraph 2', '', 'paragraph 3').replaceAll('\n  \n', '\n\n'), true],
  [second, lines('paragraph 1\n', 'I paragraph 2'), false],
  [second, lines('paragraph 1\n', 'fail paragraph 2\n', 'paragraph 3'), false],
  [{ ...really, nth: 5, word: 'haha' }, PROOF('Really more than three? No way!'), true],
  [really, PROOF('"Really?! more than three? No way!"'), true],
  [really, PROOF('Rea!lly more than three? No way!'), false],
  [{ type: 'keywords_absent', keywords: ['HOUSE', 'POWER', 'BECOME'] }, lines(POWER), false],
  [{ type: 'keywords_absent', keywords: ['HOUSE', 'POWER', 'BECOME'] }, lines(...GPT), true],
  [{ type: 'keywords_absent', keywords: ['GOOGLE', 'TEXT'] }, lines(POWER), true],
  [{ type: 'keywords_absent', keywords: ['GOOGLE', 'TEXT'] }, lines(...GPT), false],
  [{ type: 'keywords_absent', keywords: ['GENE', 'TRANSFORM'] }, lines(...GPT), true],
  ...(
    [
      [['This is response 1.', '******', 'This is response 2.'], true],
      [['This is response 1.', '******', 'This is response 1.'], false],
      [['This is response 1.', '******', 'This is response 2.', '******', 'This is response 3.'], false],
      [['******', 'Response 1.', '******', '******', 'Response 2.', '******'], false],
      [['******', 'Response 1', '******', 'Response 2', '******'], true],
    ] as const
  ).map(([texts, kept]): [object, string, boolean] => [{ type: 'two_responses' }, lines(...texts, ''), kept]),
  [
    { type: 'repeats_prompt', prompt: 'Write a CL description.' },
    'Write a CL description. Hi, Le and TJ, please\n  check this out. Thanks.\n  ',
    true,
  ],
  [
    { type: 'repeats_prompt', prompt: 'Write a CL description.' },
    'Hi, Le and TJ. Write a CL description. Thanks.\n  ',
    false,
  ],
  [
    { type: 'ends_with', text: lines('Any more questions?', '') },
    lines('The answer is 7. Any more questions?', ''),
    true,
  ],
  [
    { type: 'ends_with', text: lines('This is the end.', '') },
    lines('At the end of this prompt I am required to say that this is the end.', ''),
    true,
  ],
  [
    { type: 'ends_with', text: lines('This will fail.', '') },
    lines('This will fail. Paris is cool.', ''),
    false,
  ],
  [{ type: 'title' }, lines('<<Song of Joy>>', 'La la la. Happy song.', ''), true],
  [{ type: 'title' }, lines('Is it fine for title to be at the end?', '<<This is the title>>', ''), true],
  [{ type: 'title' }, lines('<< >>', 'There is no title.', ''), false],
  [{ type: 'title' }, lines('<<This is not a title.', 'This is a paragraph.>>', ''), false],
  [{ type: 'letter_count', letter: 'T', at_least: 4 }, lines("There is the T. Four T's.", ''), true],
  [{ type: 'letter_count', letter: 'a', at_most: 3 }, lines('asdfghjkl!!aA', ''), true],
  [{ type: 'letter_count', letter: 'p', at_least: 4 }, lines('asdfghjkl!!aA', ''), false],
  [{ type: 'letter_count', letter: '#', at_least: 4 }, '#one #two #three #four', true],
  [{ type: 'letter_count', letter: '#', at_least: 4 }, '#one #two #three', false],
  [
    { type: 'upper_case' },
    lines('THIS IS AN ENGLISH SENTENCE. EVERY LETTER IS CAPITALIZED!!! AMAZING.', ''),
    true,
  ],
  [{ type: 'upper_case' }, lines('Every Word Is Capitalized.', ''), false],
  [{ type: 'lower_case' }, lines('every letter is lowercase.', ''), true],
  [{ type: 'lower_case' }, lines('Almost every letter is lowercase.', ''), false],
  [{ type: 'no_commas' }, lines('Every sentence is short. There is no need for a comma.', ''), true],
  [{ type: 'no_commas' }, lines('Since the start of time, people have always found a way.', ''), false],
  [{ type: 'capital_word_count', at_least: 3 }, lines('HERE there are THREE FUlly CAPITAL words.', ''), true],
  [
    { type: 'capital_word_count', at_most: 4 },
    lines('THERE are Four FULLY CAPITAL WORDS. Many Others Are Only Partially So.', ''),
    true,
  ],
  [
    { type: 'capital_word_count', at_most: 3 },
    lines('THERE are Four FULLY CAPITAL WORDS. Many Others Are Only Partially So.', ''),
    false,
  ],
  [{ type: 'quoted' }, lines('"This entire message is wrapped in double quotation marks."', ''), true],
  [
    { type: 'quoted' },
    lines('"This message is wrapped in double quotation marks." But not everything.', ''),
    false,
  ],
];
