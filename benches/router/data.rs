//! The data of the benchmark's subgraphs: six people, nine products, and four reviews by each person.

pub(crate) struct User {
    pub(crate) id: &'static str,
    pub(crate) username: &'static str,
    pub(crate) name: &'static str,
    pub(crate) birthday: i32,
}

pub(crate) struct Product {
    pub(crate) upc: &'static str,
    pub(crate) name: &'static str,
    pub(crate) price: i32,
    pub(crate) weight: i32,
    pub(crate) in_stock: bool,
}

/// A review; its author and its product are positions in [`USERS`] and [`PRODUCTS`].
pub(crate) struct Review {
    pub(crate) id: String,
    pub(crate) body: &'static str,
    pub(crate) author: usize,
    pub(crate) product: usize,
}

/// How many products `topProducts` answers with when it is not told.
pub(crate) const TOP: i32 = 5;

const fn user(id: &'static str, username: &'static str, name: &'static str, birthday: i32) -> User {
    User { id, username, name, birthday }
}

const fn product(upc: &'static str, name: &'static str, price: i32, weight: i32, in_stock: bool) -> Product {
    Product { upc, name, price, weight, in_stock }
}

pub(crate) static USERS: [User; 6] = [
    user("u1", "haneul", "Kim Haneul", 1991),
    user("u2", "minjun", "Lee Minjun", 1987),
    user("u3", "seoyeon", "Park Seoyeon", 1999),
    user("u4", "jiwoo", "Choi Jiwoo", 1979),
    user("u5", "dohyun", "Jung Dohyun", 2001),
    user("u6", "yuna", "Kang Yuna", 1994),
];

pub(crate) static PRODUCTS: [Product; 9] = [
    product("p1", "Celadon tea cup", 38, 250, true),
    product("p2", "Brass dinner set", 420, 3_100, true),
    product("p3", "Walnut desk", 1_290, 41_000, false),
    product("p4", "Linen apron", 29, 180, true),
    product("p5", "Cast iron pan", 75, 2_400, true),
    product("p6", "Reading lamp", 110, 1_300, false),
    product("p7", "Down blanket", 310, 1_900, true),
    product("p8", "Folding screen", 1_050, 12_500, true),
    product("p9", "Bamboo basket", 19, 420, false),
];

/// Reviews by each person.
const EACH: usize = 4;

static BODIES: [&str; 8] = [
    "Exactly as it is shown on the page, and it even arrived a day early.",
    "Well made. I have bought a second one for my parents, who like it too.",
    "The colour is a little darker than in the picture, but I got used to it.",
    "Worth its price, though the edges could have been finished better.",
    "I use it every morning and would not give it back for anything at all.",
    "It was packed with great care and came without so much as a scratch.",
    "Larger than I thought. Measure the place twice before you order one.",
    "After half a year of daily use it still looks just the way it came.",
];

/// Every review, by author.
pub(crate) fn reviews() -> Vec<Review> {
    (0..USERS.len() * EACH)
        .map(|number| Review {
            id: format!("r{}", number + 1),
            body: BODIES[number % BODIES.len()],
            author: number / EACH,
            product: (number * 4 + number / EACH) % PRODUCTS.len(),
        })
        .collect()
}

/// What shipping costs: nothing for what is expensive, else by weight.
pub(crate) fn shipping_estimate(price: i32, weight: i32) -> i32 {
    if price > 1_000 { 0 } else { weight / 100 + 3 }
}
