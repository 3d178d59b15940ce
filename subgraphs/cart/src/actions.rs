//! What the cart service does. Every action ends with the cart as it is now.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use platform::database::Database;
use platform::graph::{GraphClient, RequestContext};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};

use crate::clients::{self, offers, stocks};
use crate::error::{ErrorCode, Failure};
use crate::model::{CartLineId, CartRow, Offer, Owner, UserId, VariantId};
use crate::rules::checked_texts;
use crate::settings::CartSettings;
use crate::store::{self, Limits};

/// What the actions work with.
#[derive(Clone)]
pub(crate) struct Carts {
    pub(crate) database: Database,
    pub(crate) graph: GraphClient,
    pub(crate) settings: Arc<CartSettings>,
}

impl Carts {
    fn max_quantity(&self) -> i32 {
        i32::try_from(self.settings.max_quantity).unwrap_or(i32::MAX)
    }

    fn limits(&self) -> Limits {
        Limits { lines: self.settings.max_lines.into(), quantity: self.max_quantity() }
    }

    fn check_quantity(&self, quantity: i32, context: &RequestContext) -> Result<(), Failure> {
        if (1..=self.max_quantity()).contains(&quantity) {
            Ok(())
        } else {
            Err(ErrorCode::InvalidQuantity.at(&["quantity"], context.language).into())
        }
    }
}

/// The owner that a request means: the member who is signed in, else whoever has the token.
pub(crate) fn owner_of(context: &RequestContext, token: Option<&str>) -> Option<Owner> {
    match context.principal.user_id {
        Some(user) => Some(Owner::Member(UserId(user))),
        None => token.map(|token| Owner::Guest(hash(token))),
    }
}

/// A token that nobody can guess.
pub(crate) fn new_token() -> String {
    let bytes: [u8; 24] = rand::rng().random();
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

async fn existing(carts: &Carts, owner: Option<Owner>, context: &RequestContext) -> Result<CartRow, Failure> {
    let not_found = || ErrorCode::CartNotFound.at(&["token"], context.language);
    let owner = owner.ok_or_else(not_found)?;
    let mut connection = carts.database.connection().await?;
    Ok(store::cart_of(&mut connection, &owner).await?.ok_or_else(not_found)?)
}

/// A variant, how many more, and what the buyer writes for its options.
pub(crate) type One = (VariantId, i32, Vec<String>);

/// What is put into a cart: a variant, and add-on goods that are offered together with it.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    pub(crate) variant_id: VariantId,
    pub(crate) quantity: i32,
    /// What the buyer writes for each option, where they are written.
    pub(crate) option_texts: Vec<String>,
    pub(crate) add_ons: Vec<One>,
}

/// Puts a variant with its add-on goods into the owner's cart, all of them or none; the cart is made when there is none.
/// Returns the variant's offer as well.
pub(crate) async fn add(
    carts: &Carts,
    owner: Owner,
    addition: Addition,
    context: &RequestContext,
) -> Result<(CartRow, Offer), Failure> {
    let language = context.language;
    let Addition { variant_id, quantity, option_texts, add_ons } = addition;
    let mut wanted = vec![(variant_id, quantity, option_texts)];
    wanted.extend(add_ons.iter().cloned());
    for (_, quantity, _) in &wanted {
        carts.check_quantity(*quantity, context)?;
    }
    let ids: Vec<VariantId> = wanted.iter().map(|(id, ..)| *id).collect();
    let found = offers(&carts.graph, &ids, context).await?;
    for id in &ids {
        let offer = found.get(id).ok_or_else(|| ErrorCode::VariantNotFound.at(&["variantId"], language))?;
        if !offer.for_sale {
            return Err(ErrorCode::NotForSale.at(&["variantId"], language).into());
        }
    }
    let longest = usize::try_from(carts.settings.max_option_text).unwrap_or(usize::MAX);
    for (id, _, texts) in &mut wanted {
        let options = found.get(id).map_or(0, |offer| offer.written_options);
        *texts = checked_texts(texts, options, longest)
            .ok_or_else(|| ErrorCode::InvalidOptionTexts.at(&["optionTexts"], language))?;
    }
    if !add_ons.is_empty() {
        let offered = clients::add_ons(&carts.graph, variant_id, context).await?;
        if add_ons.iter().any(|(id, ..)| !offered.contains(id)) {
            return Err(ErrorCode::NotAnAddOn.at(&["addOns"], language).into());
        }
    }
    let offer = found.get(&variant_id).cloned().ok_or(diesel::result::Error::NotFound)?;
    let mut connection = carts.database.connection().await?;
    if add_ons.is_empty() {
        let cart = add_one(&mut connection, carts, &owner, &wanted[0], &offer, context).await?;
        return Ok((cart, offer));
    }
    let cart = connection
        .transaction(async |connection| {
            let mut cart = None;
            for one in &wanted {
                let offer = found.get(&one.0).ok_or(diesel::result::Error::NotFound)?;
                cart = Some(add_one(connection, carts, &owner, one, offer, context).await?);
            }
            cart.ok_or_else(|| Failure::from(diesel::result::Error::NotFound))
        })
        .await?;
    Ok((cart, offer))
}

async fn add_one(
    connection: &mut AsyncPgConnection,
    carts: &Carts,
    owner: &Owner,
    (variant_id, quantity, texts): &One,
    offer: &Offer,
    context: &RequestContext,
) -> Result<CartRow, Failure> {
    let one = (*variant_id, *quantity, texts.as_slice());
    let added = match store::add_line(connection, owner, one, offer, carts.limits()).await? {
        Some(added) => added,
        None => {
            store::ensure_cart(connection, owner).await?;
            let added = store::add_line(connection, owner, one, offer, carts.limits()).await?;
            added.ok_or(diesel::result::Error::NotFound)?
        }
    };
    if added.line_id.is_some() {
        return Ok(added.cart);
    }
    let refused = match store::texts_of(connection, added.cart.id, *variant_id).await? {
        Some(known) if known != *texts => ErrorCode::OptionTextsDiffer.at(&["optionTexts"], context.language),
        Some(_) => ErrorCode::InvalidQuantity.at(&["quantity"], context.language),
        None => ErrorCode::CartFull.at(&["variantId"], context.language),
    };
    Err(refused.into())
}

/// Sets a line's quantity.
pub(crate) async fn set_quantity(
    carts: &Carts,
    owner: Option<Owner>,
    line: CartLineId,
    quantity: i32,
    context: &RequestContext,
) -> Result<CartRow, Failure> {
    carts.check_quantity(quantity, context)?;
    let cart = existing(carts, owner, context).await?;
    let mut connection = carts.database.connection().await?;
    if !store::set_quantity(&mut connection, cart.id, line, quantity).await? {
        return Err(ErrorCode::CartLineNotFound.at(&["lineId"], context.language).into());
    }
    store::touch(&mut connection, cart.id).await?;
    Ok(cart)
}

/// Takes lines out. Lines that are gone already do not matter.
pub(crate) async fn remove(
    carts: &Carts,
    owner: Option<Owner>,
    lines: &[CartLineId],
    context: &RequestContext,
) -> Result<CartRow, Failure> {
    let cart = existing(carts, owner, context).await?;
    let mut connection = carts.database.connection().await?;
    store::remove_lines(&mut connection, cart.id, lines).await?;
    store::touch(&mut connection, cart.id).await?;
    Ok(cart)
}

/// Marks lines as meant for the next order, or not.
pub(crate) async fn select(
    carts: &Carts,
    owner: Option<Owner>,
    lines: &[CartLineId],
    selected: bool,
    context: &RequestContext,
) -> Result<CartRow, Failure> {
    let cart = existing(carts, owner, context).await?;
    let mut connection = carts.database.connection().await?;
    if store::select_lines(&mut connection, cart.id, lines, selected).await? != lines.len() {
        return Err(ErrorCode::CartLineNotFound.at(&["lineIds"], context.language).into());
    }
    Ok(cart)
}

/// The buyer has seen the changes: prices are accepted, quantities become what there is, and what is not sold any more or
/// sold out goes.
pub(crate) async fn accept_changes(
    carts: &Carts,
    owner: Option<Owner>,
    context: &RequestContext,
) -> Result<CartRow, Failure> {
    let cart = existing(carts, owner, context).await?;
    let lines = {
        let mut connection = carts.database.connection().await?;
        store::lines_of(&mut connection, cart.id).await?
    };
    let variants: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let (offers, stocks) =
        futures::try_join!(offers(&carts.graph, &variants, context), stocks(&carts.graph, &variants, context))?;
    let mut connection = carts.database.connection().await?;
    connection
        .transaction(async |connection| {
            let mut gone = Vec::new();
            for line in &lines {
                let available = stocks.get(&line.variant_id).copied().unwrap_or(0);
                match offers.get(&line.variant_id).filter(|offer| offer.for_sale && available > 0) {
                    Some(offer) => {
                        let quantity = i32::try_from(available).map_or(line.quantity, |most| line.quantity.min(most));
                        if (offer.price, quantity) != (line.price_seen, line.quantity) {
                            store::accept_line(connection, line.id, offer.price, quantity).await?;
                        }
                    }
                    None => gone.push(line.id),
                }
            }
            store::remove_lines(connection, cart.id, &gone).await?;
            store::touch(connection, cart.id).await?;
            Ok(cart)
        })
        .await
}

/// Puts a guest's cart into the member's. A token without a cart changes nothing.
pub(crate) async fn merge(carts: &Carts, member: UserId, token: &str) -> Result<CartRow, Failure> {
    let most = carts.max_quantity();
    let mut connection = carts.database.connection().await?;
    connection
        .transaction(async |connection| {
            let own = store::ensure_cart(connection, &Owner::Member(member)).await?;
            store::touch(connection, own.id).await?;
            if let Some(guest) = store::cart_of(connection, &Owner::Guest(hash(token))).await? {
                store::merge(connection, guest.id, own.id, most).await?;
            }
            Ok(own)
        })
        .await
}
