/** Words of family stories. Few hundred of them in free combination give text that compresses about like real prose. */
const words = (text: string): readonly string[] => text.trim().split(/\s*,\s*|\s*\n\s*/);

export const NAMES =
  words(`Anna, Theo, Ilse, Marek, Lindqvist, Ruth, Jonas, Amira, Pavel, Greta, Omar, Lucia, Hanne, Viktor, Salma, Emil,
  Rosa, Henrik, Yusuf, Klara, Dmitri, Noor, Walter, Ines, Tomasz, Edith, Samir, Agnes, Bruno, Leila, Otto, Mina, Carlo, Sofia,
  Erik, Fatima, Georg, Helena, Ivan, Judith, Karim, Lotte, Miguel, Nadia, Oskar, Petra, Rafael, Sanna, Ulla, Wanda`);

export const SUBJECTS =
  words(`my mother, my father, the whole family, our neighbour, the teacher, my brother, my sister, a stranger, the baker,
  your aunt, the dog, Dad, Mum, the twins, our landlady, the doctor, the postman, my best friend, the choir, her cousin, the old priest,
  the fishermen, a soldier, the midwife, my godmother, the neighbours' boy, our class, the conductor, the shopkeeper, a nurse`);

export const VERBS =
  words(`found, carried, hid, painted, sang about, repaired, lost, sold, planted, wrapped, photographed, forgot, dreamt of,
  borrowed, built, burned, kept, counted, laughed at, wrote down, polished, buried, opened, traded, mended, promised, gave away, stole,
  weighed, drew, cleaned, covered, missed, noticed, left behind, brought home, asked for, explained, collected, admired, broke, cursed,
  knitted, cooked, shared, sent back, waited for, looked after, talked about, threw out`);

export const ADJECTIVES =
  words(`blue, heavy, old, borrowed, crooked, silver, empty, wooden, little, forgotten, green, broken, warm, enormous,
  secret, yellow, dusty, precious, worn, painted, foreign, cheap, quiet, muddy, half-finished, sweet, torn, shiny, frozen, red, round,
  unlucky, lovely, ridiculous, hand-sewn, second, best, black, honest, narrow`);

export const NOUNS =
  words(`bicycle, letters, piano, loaves of bread, garden gate, accordion, plum cake, suitcase, ring, radio, fishing boat, coat,
  map, apple tree, marbles, christening gown, camera, medals, rocking chair, kittens, lamp, sewing machine, sledge, clock, cradle, notebook,
  tent, tram tickets, kite, recipe, umbrella, blanket, violin, postcards, stove, bucket, chess set, curtains, wallet, lighter, barn, pocket
  knife, telephone, passport, ladder, wedding shoes, soup bowl, honey, chimney, gramophone, hat, keys, potatoes, football, newspaper, tooth,
  parcel, wheelbarrow, pigeons, harmonica`);

export const OPENINGS =
  words(`I still remember how, That summer, Your grandfather always said that, On the way home, When the snow came,
  Nobody knew why, In the kitchen, Long before the war, The year you were born, After the wedding, Every Sunday, On the ferry to the island,
  Behind the old school, With the first money I earned, Late in the evening, The morning after, They told me later that, At the border,
  When I was seven, During the harvest, At the funeral, For a whole week, Just before Christmas, In the spring, One night, It was then that,
  As far as I know, Years later, By the river, When the lights went out`);

export const ENDINGS =
  words(`nobody spoke about it for years, the train was late, the rain stopped, the soup went cold, we danced until midnight,
  that is how we met, it made her cry with laughter, the lamps were lit, the photograph still hangs in the hall, it was forbidden, the bells
  began, I would do it again, it was the easiest thing in the world, the smell of it never left the house, everybody came to look, there was
  nothing left to eat, we had to walk, he never came back, you can still see the mark, I kept it until today, she only smiled, the police
  came, the wind turned, we were too tired to argue, the children slept, it cost a month's wages, the river froze, no letter ever came`);

export const LINKS = words(
  `and, because, until, while, so, although, just as, before, after which, and in the end, but, which is why, and then`,
);
export const PLACES =
  words(`the harbour, the attic, the market, the station, the orchard, the cellar, the chapel, the mill, the playground, the bakery,
  the hospital, the mountains, the beach, the stairs, the stable, the town hall, the lake, the tram, the cinema, the bridge, the workshop`);
