//! What is drawn: a few shapes for each kind of goods, in the classes that the picture defines: `a` the goods' colour,
//! `b` its accent, `c` dark, `d` bright, `l` a dark line.

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % sides.max(1)
    }
}

/// The drawing of a motif; an unknown one is a parcel.
pub(super) fn motif(name: &str, dice: &mut Dice) -> String {
    match name {
        "fashion" | "women" | "men" => fashion(dice),
        "shoes" => shoes(dice),
        "beauty" => beauty(dice),
        "digital" => digital(dice),
        "appliance" => appliance(dice),
        "living" => living(dice),
        "kitchen" => kitchen(dice),
        "food" => food(dice),
        "sports" => sports(dice),
        "kids" => kids(dice),
        "pets" => pets(dice),
        "books" => books(dice),
        _ => parcel(dice),
    }
}

fn fashion(dice: &mut Dice) -> String {
    let (length, neck) = (270 + dice.roll(50), 12 + dice.roll(26));
    let stripes = match dice.roll(3) {
        0 => {
            "<rect class=\"b\" x=\"145\" y=\"190\" width=\"110\" height=\"14\"/><rect class=\"b\" x=\"145\" y=\"222\" width=\"110\" height=\"14\"/>"
        }
        1 => "<circle class=\"b\" cx=\"200\" cy=\"205\" r=\"26\"/>",
        _ => "<rect class=\"b\" x=\"212\" y=\"170\" width=\"28\" height=\"32\" rx=\"4\"/>",
    };
    format!(
        "<path class=\"a\" d=\"M150 105 L90 140 L112 196 L145 180 L140 {length} Q200 {low} 260 {length} L255 180 L288 196 L310 140 L250 105 Q200 {dip} 150 105Z\"/>{stripes}",
        low = length + 14,
        dip = 105 + neck * 2
    )
}

fn shoes(dice: &mut Dice) -> String {
    let top = 150 + dice.roll(40);
    format!(
        "<path class=\"a\" d=\"M95 {top} Q130 {mid} 165 {top} L250 232 Q312 244 318 286 L92 286Z\"/><path class=\"d\" d=\"M90 284 H320 Q322 312 300 312 H104 Q90 312 90 284Z\"/><path class=\"l\" d=\"M178 {lace} l34 -18 M202 {lace2} l34 -16\"/>",
        mid = top + 34,
        lace = top + 44,
        lace2 = top + 62
    )
}

fn beauty(dice: &mut Dice) -> String {
    let (width, height) = (78 + dice.roll(50), 130 + dice.roll(40));
    let (left, top) = (200 - width / 2, 325 - height);
    format!(
        "<rect class=\"c\" x=\"{cap_left}\" y=\"{cap_top}\" width=\"44\" height=\"46\" rx=\"6\"/><rect class=\"a\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/><rect class=\"d\" x=\"{label_left}\" y=\"{label_top}\" width=\"{label}\" height=\"54\" rx=\"5\"/><circle class=\"b\" cx=\"302\" cy=\"290\" r=\"32\"/>",
        cap_left = 178,
        cap_top = top - 42,
        round = 8 + dice.roll(24),
        label_left = left + 12,
        label_top = top + height / 2 - 22,
        label = width - 24
    )
}

fn digital(dice: &mut Dice) -> String {
    if dice.roll(2) == 0 {
        let lens = 118 + dice.roll(20);
        return format!(
            "<rect class=\"c\" x=\"138\" y=\"78\" width=\"124\" height=\"250\" rx=\"22\"/><rect class=\"a\" x=\"146\" y=\"88\" width=\"108\" height=\"230\" rx=\"14\"/><circle class=\"d\" cx=\"170\" cy=\"{lens}\" r=\"13\"/><circle class=\"d\" cx=\"170\" cy=\"{other}\" r=\"13\"/><path class=\"b\" d=\"M146 250 L254 190 V304 Q254 318 240 318 H160 Q146 318 146 304Z\" opacity=\".7\"/>",
            other = lens + 38
        );
    }
    let screen = 120 + dice.roll(30);
    format!(
        "<rect class=\"c\" x=\"92\" y=\"{screen}\" width=\"216\" height=\"148\" rx=\"12\"/><rect class=\"a\" x=\"102\" y=\"{inner}\" width=\"196\" height=\"128\" rx=\"5\"/><path class=\"b\" d=\"M102 {low} L190 {peak} L298 {low}Z\" opacity=\".8\"/><path class=\"c\" d=\"M70 {base} H330 L316 {foot} H84Z\"/>",
        inner = screen + 10,
        low = screen + 138,
        peak = screen + 60,
        base = screen + 154,
        foot = screen + 174
    )
}

fn appliance(dice: &mut Dice) -> String {
    let door = 28 + dice.roll(22);
    format!(
        "<rect class=\"d\" x=\"122\" y=\"96\" width=\"156\" height=\"232\" rx=\"14\"/><rect class=\"a\" x=\"122\" y=\"96\" width=\"156\" height=\"52\" rx=\"14\"/><circle class=\"c\" cx=\"200\" cy=\"236\" r=\"{outer}\"/><circle class=\"b\" cx=\"200\" cy=\"236\" r=\"{door}\"/><circle class=\"d\" cx=\"150\" cy=\"122\" r=\"9\"/><rect class=\"d\" x=\"190\" y=\"114\" width=\"70\" height=\"16\" rx=\"8\"/>",
        outer = door + 18
    )
}

fn living(dice: &mut Dice) -> String {
    if dice.roll(2) == 0 {
        let seat = 220 + dice.roll(20);
        return format!(
            "<rect class=\"a\" x=\"92\" y=\"150\" width=\"216\" height=\"110\" rx=\"26\"/><rect class=\"b\" x=\"112\" y=\"{seat}\" width=\"88\" height=\"50\" rx=\"12\"/><rect class=\"b\" x=\"202\" y=\"{seat}\" width=\"88\" height=\"50\" rx=\"12\"/><rect class=\"a\" x=\"70\" y=\"200\" width=\"46\" height=\"100\" rx=\"18\"/><rect class=\"a\" x=\"284\" y=\"200\" width=\"46\" height=\"100\" rx=\"18\"/><path class=\"l\" d=\"M104 300 v28 M296 300 v28\"/>"
        );
    }
    let shade = 60 + dice.roll(30);
    format!(
        "<path class=\"l\" d=\"M200 190 V322 M150 326 H250\"/><path class=\"a\" d=\"M{left} 190 L{inner} 96 H{outer} L{right} 190Z\"/><circle class=\"b\" cx=\"200\" cy=\"202\" r=\"18\"/>",
        left = 200 - shade - 26,
        right = 200 + shade + 26,
        inner = 200 - shade / 2,
        outer = 200 + shade / 2
    )
}

fn kitchen(dice: &mut Dice) -> String {
    let depth = 60 + dice.roll(50);
    format!(
        "<path class=\"a\" d=\"M104 206 H296 V{low} Q296 {bottom} 266 {bottom} H134 Q104 {bottom} 104 {low}Z\"/><rect class=\"c\" x=\"92\" y=\"188\" width=\"216\" height=\"20\" rx=\"10\"/><path class=\"l\" d=\"M296 226 h44 M104 226 h-44\"/><circle class=\"b\" cx=\"200\" cy=\"172\" r=\"16\"/>",
        low = 206 + depth,
        bottom = 226 + depth
    )
}

fn food(dice: &mut Dice) -> String {
    let fruits: String = (0..3 + dice.roll(3))
        .map(|index| {
            let (x, y) = (142 + index * 28, 186 + dice.roll(22));
            let class = if dice.roll(2) == 0 { "b" } else { "a" };
            format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{}\"/>", 24 + dice.roll(12))
        })
        .collect();
    format!(
        "{fruits}<path class=\"d\" d=\"M92 214 H308 Q300 316 236 318 H164 Q100 316 92 214Z\"/><path class=\"b\" d=\"M99 244 H301 L298 258 H102Z\"/>"
    )
}

fn sports(dice: &mut Dice) -> String {
    match dice.roll(2) {
        0 => format!(
            "<circle class=\"a\" cx=\"200\" cy=\"216\" r=\"104\"/><path class=\"l\" d=\"M200 112 V320 M96 216 H304 M126 142 Q{bend} 216 126 290 M274 142 Q{other} 216 274 290\"/>",
            bend = 180 + dice.roll(16),
            other = 220 - dice.roll(16)
        ),
        _ => "<path class=\"l\" d=\"M116 216 H284\"/><rect class=\"a\" x=\"104\" y=\"160\" width=\"34\" height=\"112\" rx=\"10\"/><rect class=\"a\" x=\"262\" y=\"160\" width=\"34\" height=\"112\" rx=\"10\"/><rect class=\"b\" x=\"78\" y=\"180\" width=\"24\" height=\"72\" rx=\"8\"/><rect class=\"b\" x=\"298\" y=\"180\" width=\"24\" height=\"72\" rx=\"8\"/>".to_owned(),
    }
}

fn kids(dice: &mut Dice) -> String {
    let ears = 34 + dice.roll(16);
    format!(
        "<circle class=\"a\" cx=\"142\" cy=\"146\" r=\"{ears}\"/><circle class=\"a\" cx=\"258\" cy=\"146\" r=\"{ears}\"/><circle class=\"a\" cx=\"200\" cy=\"218\" r=\"102\"/><ellipse class=\"d\" cx=\"200\" cy=\"250\" rx=\"48\" ry=\"38\"/><circle class=\"c\" cx=\"164\" cy=\"202\" r=\"11\"/><circle class=\"c\" cx=\"236\" cy=\"202\" r=\"11\"/><ellipse class=\"c\" cx=\"200\" cy=\"236\" rx=\"15\" ry=\"11\"/><path class=\"l\" d=\"M184 262 Q200 276 216 262\"/>"
    )
}

fn pets(dice: &mut Dice) -> String {
    let pad = 52 + dice.roll(18);
    format!(
        "<ellipse class=\"a\" cx=\"200\" cy=\"262\" rx=\"{wide}\" ry=\"{pad}\"/><ellipse class=\"b\" cx=\"120\" cy=\"196\" rx=\"26\" ry=\"36\"/><ellipse class=\"b\" cx=\"172\" cy=\"148\" rx=\"27\" ry=\"39\"/><ellipse class=\"b\" cx=\"232\" cy=\"148\" rx=\"27\" ry=\"39\"/><ellipse class=\"b\" cx=\"284\" cy=\"196\" rx=\"26\" ry=\"36\"/>",
        wide = pad + 20
    )
}

fn books(dice: &mut Dice) -> String {
    let band = 120 + dice.roll(120);
    format!(
        "<path class=\"d\" d=\"M132 96 H280 V322 H132Z\"/><path class=\"a\" d=\"M120 84 H264 Q272 84 272 92 V314 H132 Q120 314 120 302Z\"/><rect class=\"b\" x=\"120\" y=\"{band}\" width=\"152\" height=\"34\"/><path class=\"l\" d=\"M146 84 V314\"/><rect class=\"d\" x=\"166\" y=\"{title}\" width=\"80\" height=\"10\" rx=\"5\"/>",
        title = band + 12
    )
}

fn parcel(dice: &mut Dice) -> String {
    let tape = 186 + dice.roll(10);
    format!(
        "<path class=\"a\" d=\"M96 160 L200 118 L304 160 V290 L200 334 L96 290Z\"/><path class=\"b\" d=\"M96 160 L200 204 L304 160 L200 118Z\"/><path class=\"l\" d=\"M200 204 V334\"/><rect class=\"d\" x=\"{tape}\" y=\"150\" width=\"22\" height=\"40\"/>"
    )
}
