//! What staff look at of sellers' documents is on record.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use diesel_async::RunQueryDsl as _;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

use support::{ask, get, number, path, photo, statement, upload};

/// The audit log's entries of looks at documents, the oldest first.
async fn looks(services: &TestServices) -> Vec<Value> {
    #[derive(diesel::QueryableByName)]
    struct Told {
        #[diesel(sql_type = diesel::sql_types::Jsonb)]
        payload: Value,
    }
    let database = services.database_of("file").await;
    let mut connection = database.connection().await.unwrap();
    let told = "SELECT payload FROM outbox WHERE payload->>'action' = 'viewSellerDocument' ORDER BY sequence";
    let told: Vec<Told> = diesel::sql_query(told).load(&mut connection).await.unwrap();
    told.into_iter().map(|told| told.payload).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_look_at_of_sellers_documents_is_on_record() {
    let services = TestServices::start(&[&file::SERVICE]).await;
    let [shop, clerk, applicant] = [(); 3].map(|()| Uuid::now_v7());
    let owner = user(applicant, &[Scope::Buyer], &[]);
    let staff = user(clerk, &[Scope::Buyer, Scope::Staff, Scope::StaffSellers], &[]);
    let id = upload(&services, &owner, "SELLER_DOCUMENT", ("a.jpg", &photo(400, 300, 1))).await["id"].clone();
    let query = "query($id: ID!) { file(id: $id) { name url renditions(width: 320) { url } } }";
    let addresses = async |who: &RequestContext| {
        let file = services.data("file", query, json!({ "id": id }), who.clone()).await["file"].clone();
        (path(&file["url"]), path(&file["renditions"][0]["url"]))
    };
    let (own, _) = addresses(&owner).await;
    let (given, drawn) = addresses(&staff).await;
    assert_eq!(get(&services, &visitor(), &own).await.status(), StatusCode::OK);
    assert_eq!(
        looks(&services).await,
        [] as [Value; 0],
        "an address that is not opened shows nothing, and one's own is one's own"
    );

    // The address tells for whom it is; nobody makes another one of it.
    let usr = |id: Uuid| format!("usr_{}", id.as_simple());
    let by = format!("by={}&", usr(clerk));
    assert!(given.contains(&by) && drawn.contains(&by) && !own.contains("by="), "{given} {drawn} {own}");
    let others = [
        given.replace(&by, ""),
        given.replace(&by, &format!("by={}&", usr(applicant))),
        given.replace(&by, &format!("{by}as={}&", usr(applicant))),
        own.replace("expires=", &format!("{by}expires=")),
    ];
    for other in others {
        assert_eq!(get(&services, &visitor(), &other).await.status(), StatusCode::NOT_FOUND, "{other}");
    }
    let known = Request::get(&given).header(header::IF_NONE_MATCH, "\"none of it\"").body(Body::empty()).unwrap();
    assert_eq!(ask(&services, &visitor(), known).await.status(), StatusCode::OK);
    let entries = looks(&services).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!((&entries[0]["actor"], &entries[0]["actorKind"]), (&json!(usr(clerk)), &json!("STAFF")));
    assert_eq!((&entries[0]["object"], &entries[0]["after"]), (&id, &json!({ "fileId": id })), "of no seller yet");
    assert!(entries[0]["at"].is_string() && entries[0]["service"] == "file", "{entries:?}");

    // Handed in for a seller: from now on it is that seller's. Pictures of it, and the bare path with a token, count as well.
    let seller = format!("slr_{}", shop.as_simple());
    let fact = json!({ "sellerId": seller, "ownerId": usr(applicant), "fileIds": [id], "releasedFileIds": [] });
    let columns = "id, kind, aggregate, payload, next_attempt_at";
    let values = format!("'{}', 'seller.documents_handed_in', '{seller}', '{fact}', now()", Uuid::now_v7());
    statement(&services, &format!("INSERT INTO outbox ({columns}) VALUES ({values})")).await;
    for _ in 0..100 {
        if number(&services, "SELECT count(*) AS n FROM file WHERE handed_in_for IS NOT NULL").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let bare = given.split_once('?').unwrap().0.to_owned();
    let mut as_owner = owner.clone();
    std::sync::Arc::make_mut(&mut as_owner.principal).impersonator = Some(clerk);
    let (looked, _) = addresses(&as_owner).await;
    for (who, address) in [(visitor(), &drawn), (staff, &bare), (visitor(), &looked), (owner, &bare)] {
        assert_eq!(get(&services, &who, address).await.status(), StatusCode::OK, "{address}");
    }
    let entries = looks(&services).await;
    let seen: Vec<_> =
        entries.iter().map(|entry| (&entry["actor"], &entry["object"], &entry["impersonated"])).collect();
    let (clerk, seller, applicant) = (json!(usr(clerk)), json!(seller), json!(usr(applicant)));
    let of_seller = (&clerk, &seller, &Value::Null);
    assert_eq!(seen[1..], [of_seller, of_seller, (&clerk, &seller, &applicant)], "{entries:?}");
    services.stop().await;
}
