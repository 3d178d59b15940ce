//! Changes of what clients give: arguments and input fields.

use indexmap::IndexMap;

use super::super::model::{Directives, InputValue, Type};
use super::super::specs::Known;
use super::super::syntax::{TypeRef, Value};
use super::{Comparison, is_deprecated};

/// The codes of an argument's, or an input field's, changes.
struct Codes {
    what: &'static str,
    removed: &'static str,
    added: &'static str,
    required: &'static str,
    ty: &'static str,
    widened: &'static str,
    default: &'static str,
}

const ARGUMENT: Codes = Codes {
    what: "argument",
    removed: "ARGUMENT_REMOVED",
    added: "ARGUMENT_ADDED",
    required: "REQUIRED_ARGUMENT_ADDED",
    ty: "ARGUMENT_TYPE_CHANGED",
    widened: "ARGUMENT_TYPE_WIDENED",
    default: "ARGUMENT_DEFAULT_CHANGED",
};

const FIELD: Codes = Codes {
    what: "input field",
    removed: "INPUT_FIELD_REMOVED",
    added: "INPUT_FIELD_ADDED",
    required: "REQUIRED_INPUT_FIELD_ADDED",
    ty: "INPUT_FIELD_TYPE_CHANGED",
    widened: "INPUT_FIELD_TYPE_WIDENED",
    default: "INPUT_FIELD_DEFAULT_CHANGED",
};

impl Comparison<'_> {
    pub(super) fn compare_arguments(
        &mut self,
        owner: &str,
        old: &IndexMap<String, InputValue>,
        new: &IndexMap<String, InputValue>,
    ) {
        let owner = owner.trim_matches('"');
        self.compare_inputs(&ARGUMENT, &|name| format!("\"{owner}({name}:)\""), old, new);
    }

    pub(super) fn compare_input_types(&mut self, owner: &str, old: &Type, new: &Type) {
        match (old.directives.has(Known::OneOf), new.directives.has(Known::OneOf)) {
            (false, true) => {
                let message = format!("input \"{owner}\" takes exactly one of its fields");
                self.breaking("INPUT_BECAME_ONE_OF", message);
            }
            (true, false) => {
                let message = format!("input \"{owner}\" takes more than one of its fields");
                self.dangerous("INPUT_NO_LONGER_ONE_OF", message);
            }
            _ => {}
        }
        self.compare_inputs(&FIELD, &|name| format!("\"{owner}.{name}\""), &old.inputs, &new.inputs);
    }

    fn compare_inputs(
        &mut self,
        codes: &Codes,
        place: &dyn Fn(&str) -> String,
        old: &IndexMap<String, InputValue>,
        new: &IndexMap<String, InputValue>,
    ) {
        let what = codes.what;
        for (name, value) in old {
            let place = format!("{what} {}", place(name));
            match new.get(name) {
                None => self.removed(codes.removed, &place, is_deprecated(&value.directives)),
                Some(found) => self.compare_input(codes, &place, value, found),
            }
        }
        for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            let place = format!("{what} {}", place(name));
            if value.is_required() {
                self.breaking(codes.required, format!("{place} was added and is required"));
            } else {
                self.dangerous(codes.added, format!("{place} was added"));
            }
        }
    }

    fn compare_input(&mut self, codes: &Codes, place: &str, old: &InputValue, new: &InputValue) {
        if old.ty != new.ty {
            let message = format!("{place} had type \"{}\" and has \"{}\"", old.ty, new.ty);
            if accepts(&new.ty, &old.ty) {
                self.safe(codes.widened, message);
            } else {
                self.breaking(codes.ty, message);
            }
        } else if new.is_required() && !old.is_required() {
            self.breaking(codes.ty, format!("{place} has no default value any more, so that it is required"));
        }
        let same = match (&old.default, &new.default) {
            (Some(one), Some(two)) => one.same(two),
            (None, None) => true,
            _ => false,
        };
        if !same && (new.default.is_some() || !new.is_required()) {
            let show = |value: &Option<Value>| {
                value.as_ref().map_or_else(|| "no default value".to_owned(), |value| format!("default value {value}"))
            };
            let message = format!("{place} had {} and has {}", show(&old.default), show(&new.default));
            self.dangerous(codes.default, message);
        }
        self.compare_deprecations(place, &old.directives, &new.directives);
    }
}

/// Whether everything that could be given for a type can be given for another.
fn accepts(new: &TypeRef, old: &TypeRef) -> bool {
    match (new, old) {
        (TypeRef::NonNull(new), TypeRef::NonNull(old)) => accepts(new, old),
        (TypeRef::NonNull(_), _) => false,
        (new, TypeRef::NonNull(old)) => accepts(new, old),
        (TypeRef::List(new), TypeRef::List(old)) => accepts(new, old),
        // A single value is a list of one.
        (TypeRef::List(new), old @ TypeRef::Named(_)) => accepts(new.nullable(), old),
        (TypeRef::Named(new), TypeRef::Named(old)) => new == old,
        (TypeRef::Named(_), TypeRef::List(_)) => false,
    }
}
