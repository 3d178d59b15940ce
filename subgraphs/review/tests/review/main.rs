//! The review service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod bench;

use bench::{
    BODY, Deleted, FilePurpose, Market, Purchase, Registered, Updated, Withdrawn, buyer, codes, prefixed, removed,
    staff, uploaded,
};
use chrono::{TimeDelta, Utc};
use futures::future::join_all;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{user, visitor};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn only_confirmed_buyers_write_and_once_a_line() {
    let market = Market::open().await;
    let purchase = market.confirmed(Uuid::now_v7(), Utc::now()).await;
    let stranger = Purchase { buyer: Uuid::now_v7(), ..purchase };
    assert_eq!(codes(&market.write(stranger, 5).await), ["NOT_REVIEWABLE"]);
    let unknown = Purchase { line: Uuid::now_v7(), ..purchase };
    assert_eq!(codes(&market.write(unknown, 5).await), ["NOT_REVIEWABLE"]);
    let late = market.confirmed(purchase.buyer, Utc::now() - TimeDelta::days(91)).await;
    assert_eq!(codes(&market.write(late, 5).await), ["OUT_OF_TIME"]);
    let wrong = json!({ "lineId": prefixed("lin", purchase.line), "stars": 6, "body": "짧다", "photos": ["fil_1"] });
    let refused = market.run("writeReview", "WriteReviewInput", wrong, buyer(purchase.buyer)).await;
    assert_eq!(codes(&refused), ["INVALID_STARS", "INVALID_TEXT", "INVALID_PHOTOS"]);

    let list = "{ reviewableLines { totalCount nodes { title variantName line { id } } } }";
    let data = market.services.data("review", list, json!({}), buyer(purchase.buyer)).await;
    let expected =
        json!([{ "title": "머그컵", "variantName": "파랑", "line": { "id": prefixed("lin", purchase.line) } }]);
    assert_eq!(data["reviewableLines"], json!({ "totalCount": 1, "nodes": expected }));
    // Ten requests at once.
    let answers = join_all((0..10).map(|_| market.write(purchase, 4))).await;
    let written = answers.iter().filter(|answer| answer["review"]["state"] == "PUBLISHED").count();
    let refused = answers.iter().filter(|answer| codes(answer) == ["ALREADY_REVIEWED"]).count();
    assert_eq!((written, refused), (1, 9));
    assert_eq!(market.rating().await, (json!("4.00"), 1, vec![0, 1, 0, 0, 0]));
    let data = market.services.data("review", list, json!({}), buyer(purchase.buyer)).await;
    assert_eq!(data["reviewableLines"]["totalCount"], 0);
    let kinds: Vec<String> = market.told().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["review.created", "review.rating_changed"]);
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_files_that_the_author_uploaded_for_reviews() {
    let market = Market::open().await;
    let purchase = market.confirmed(Uuid::now_v7(), Utc::now()).await;
    let author = purchase.buyer;
    let [first, second] = [(); 2].map(|()| uploaded(author, FilePurpose::ReviewPhoto));
    let write = async |photos: Value| {
        let input = json!({ "lineId": prefixed("lin", purchase.line), "stars": 5, "body": BODY, "photos": photos });
        market.run("writeReview", "WriteReviewInput", input, buyer(author)).await
    };
    for strange in [
        uploaded(Uuid::now_v7(), FilePurpose::ReviewPhoto),
        uploaded(author, FilePurpose::ClaimPhoto),
        prefixed("fil", Uuid::now_v7()),
        "https://cdn.example.com/1.webp".to_owned(),
        "/images/1.svg".to_owned(),
    ] {
        let refused = write(json!([first, strange])).await;
        assert_eq!(refused["userErrors"], json!([{ "code": "PHOTO_NOT_FOUND", "field": ["photos"] }]), "{strange}");
    }
    let written = write(json!([first, second])).await;
    let id = written["review"]["id"].as_str().unwrap().to_owned();
    let edit = async |photos: Value| {
        let input = json!({ "reviewId": id, "stars": 4, "body": BODY, "photos": photos });
        codes(&market.run("editReview", "EditReviewInput", input, buyer(author)).await).join(" ")
    };
    let strange = uploaded(Uuid::now_v7(), FilePurpose::ReviewPhoto);
    assert_eq!(edit(json!([first, strange])).await, "PHOTO_NOT_FOUND");
    // What the review has already stays, also when nobody knows any more where it came from.
    removed(&second);
    let third = uploaded(author, FilePurpose::ReviewPhoto);
    assert_eq!(edit(json!([second, third])).await, "");
    let query = "query($id: ID!) { review(id: $id) { photoFileIds edits { photos } } }";
    let seen =
        async || market.services.data("review", query, json!({ "id": id }), buyer(author)).await["review"].clone();
    assert_eq!(seen().await, json!({ "photoFileIds": [second, third], "edits": [{ "photos": [first, second] }] }));
    // A file of somebody else's takes nothing with it; the author's own goes from the earlier version too.
    let gone = |file: &str, owner: Uuid| json!({ "fileId": file, "ownerId": prefixed("usr", owner), "purpose": "REVIEW_PHOTO" });
    market.hear::<Deleted>(gone(&second, Uuid::now_v7())).await;
    assert_eq!(seen().await["photoFileIds"], json!([second, third]));
    market.hear::<Deleted>(gone(&second, author)).await;
    assert_eq!(seen().await, json!({ "photoFileIds": [third], "edits": [{ "photos": [first] }] }));
    market.hear::<Deleted>(gone(&third, author)).await;
    let told = market.told().await;
    let last = told.iter().rfind(|(kind, _)| kind == "review.changed").unwrap();
    assert_eq!(last.1["hasPhotos"], false);
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_back_cannot_be_reviewed_but_a_review_stays() {
    let market = Market::open().await;
    let now = Utc::now();
    let person = Uuid::now_v7();
    // One of two pieces was paid back: the other was kept.
    let kept = market.confirmed(person, now).await;
    market.refund(kept.line, 1, now + TimeDelta::hours(1)).await;
    assert_eq!(codes(&market.write(kept, 5).await), Vec::<&str>::new());
    // Both, in two claims.
    let returned = market.confirmed(person, now).await;
    market.refund(returned.line, 1, now + TimeDelta::hours(1)).await;
    market.refund(returned.line, 1, now + TimeDelta::hours(2)).await;
    assert_eq!(codes(&market.write(returned, 5).await), ["NOT_REVIEWABLE"]);
    // The refund is heard of first.
    let line = Uuid::now_v7();
    market.refund(line, 2, now + TimeDelta::hours(1)).await;
    market.confirm(line, person, now).await;
    assert_eq!(codes(&market.write(Purchase { line, buyer: person }, 5).await), ["NOT_REVIEWABLE"]);
    // A review that is there stays.
    let (id, author) = market.written(3).await;
    let query = "query($id: ID!) { review(id: $id) { stars line { id } } }";
    let data = market.services.data("review", query, json!({ "id": id }), buyer(author)).await;
    let line = data["review"]["line"]["id"].as_str().unwrap().strip_prefix("lin_").unwrap();
    market.refund(Uuid::try_parse(line).unwrap(), 2, now + TimeDelta::days(1)).await;
    let data = market.services.data("review", query, json!({ "id": id }), visitor()).await;
    assert_eq!(data["review"], json!({ "stars": 3, "line": null }));
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ratings_are_exact_when_everybody_writes_at_once() {
    let market = Market::open().await;
    let mut purchases = Vec::new();
    for _ in 0..20 {
        purchases.push(market.confirmed(Uuid::now_v7(), Utc::now()).await);
    }
    let writes = purchases.iter().zip(0..).map(|(purchase, index)| market.write(*purchase, index % 5 + 1));
    let written = join_all(writes).await;
    assert_eq!(market.rating().await, (json!("3.00"), 20, vec![4, 4, 4, 4, 4]));
    // All at once: edits to five stars, removals and blinds, some of them of the same review.
    let ids: Vec<String> = written.iter().map(|answer| answer["review"]["id"].as_str().unwrap().to_owned()).collect();
    let changes = ids.iter().zip(&purchases).enumerate().map(|(index, (id, purchase))| {
        let market = &market;
        async move {
            let edit = json!({ "reviewId": id, "stars": 5, "body": BODY });
            let removal = "mutation($input: ReviewIdInput!) { deleteReview(input: $input) { deletedReviewId } }";
            let author = buyer(purchase.buyer);
            let variables = json!({ "input": { "reviewId": id } });
            match index % 4 {
                0 => drop(market.run("editReview", "EditReviewInput", edit, author).await),
                1 => drop(market.services.data("review", removal, variables, author).await),
                2 => drop(market.moderate("blindReview", id, staff()).await),
                _ => drop(tokio::join!(
                    market.run("editReview", "EditReviewInput", edit, author.clone()),
                    market.services.data("review", removal, variables, author),
                    market.moderate("blindReview", id, staff()),
                )),
            }
        }
    });
    join_all(changes).await;
    // The edited fifth of the reviews remains, all with five stars.
    assert_eq!(market.rating().await, (json!("5.00"), 5, vec![5, 0, 0, 0, 0]));
    let last = market.told().await.into_iter().rfind(|(kind, _)| kind == "review.rating_changed").unwrap().1;
    assert_eq!((&last["average"], &last["count"]), (&json!(500), &json!(5)));
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_fault_of_each_kind_is_found() {
    use diesel_async::SimpleAsyncConnection;
    let market = Market::open().await;
    market.written(5).await;
    let database = market.services.database_of("review").await;
    for fault in [
        "UPDATE product_rating SET five = five + 1",
        "UPDATE product_rating SET five = five - 1; UPDATE review SET helpful_count = 1",
        "UPDATE review SET helpful_count = 0, open_reports = 1",
    ] {
        database.connection().await.unwrap().batch_execute(fault).await.unwrap();
        assert_eq!(review::check_ratings(&database).await.unwrap().len(), 1, "{fault}");
    }
    market.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_are_counted_once_and_not_the_own() {
    let market = Market::open().await;
    let (id, author) = market.written(5).await;
    let voters: Vec<Uuid> = (0..15).map(|_| Uuid::now_v7()).collect();
    join_all(voters.iter().chain(&voters).map(|voter| market.vote(&id, *voter))).await;
    let again = market.vote(&id, voters[0]).await;
    assert_eq!(again["review"]["helpfulCount"], 15);
    assert_eq!(codes(&market.vote(&id, author).await), ["OWN_REVIEW"]);
    let withdraw = || market.run("withdrawReviewVote", "ReviewIdInput", json!({ "reviewId": id }), buyer(voters[0]));
    for _ in 0..2 {
        assert_eq!(withdraw().await["review"]["helpfulCount"], 14);
    }
    let query = "query($id: ID!) { review(id: $id) { votedHelpful } }";
    for (voter, voted) in [(voters[0], false), (voters[1], true)] {
        let data = market.services.data("review", query, json!({ "id": id }), buyer(voter)).await;
        assert_eq!(data["review"]["votedHelpful"], voted);
    }
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_are_kept_and_removals_leave_nothing() {
    let market = Market::open().await;
    let (id, author) = market.written(2).await;
    let edit = |stars: i32, body: &str| json!({ "reviewId": id, "stars": stars, "body": body });
    let better = edit(4, "써 보니 생각보다 좋습니다");
    let others = market.run("editReview", "EditReviewInput", better.clone(), buyer(Uuid::now_v7())).await;
    assert_eq!(codes(&others), ["NOT_YOUR_REVIEW"]);
    for _ in 0..2 {
        let edited = market.run("editReview", "EditReviewInput", better.clone(), buyer(author)).await;
        assert_eq!(edited["review"]["stars"], 4);
    }
    assert_eq!(market.rating().await, (json!("4.00"), 1, vec![0, 1, 0, 0, 0]));
    let query = "query($id: ID!) { review(id: $id) { state body edits { stars body } } }";
    let data = market.services.data("review", query, json!({ "id": id }), staff()).await;
    assert_eq!(data["review"]["edits"], json!([{ "stars": 2, "body": BODY }]), "the same edit again is none");
    let data = market.services.data("review", query, json!({ "id": id }), visitor()).await;
    assert_eq!(data["review"]["edits"], json!([]));

    let removal = "mutation($input: ReviewIdInput!) { deleteReview(input: $input) {
        deletedReviewId userErrors { code } } }";
    let variables = json!({ "input": { "reviewId": id } });
    let data = market.services.data("review", removal, variables.clone(), buyer(author)).await;
    assert_eq!(data["deleteReview"], json!({ "deletedReviewId": id, "userErrors": [] }));
    let data = market.services.data("review", removal, variables, buyer(author)).await;
    assert_eq!(codes(&data["deleteReview"]), ["REVIEW_DELETED"]);
    let data = market.services.data("review", query, json!({ "id": id }), staff()).await;
    assert_eq!(data["review"], Value::Null);
    assert_eq!(market.rating().await, (Value::Null, 0, vec![0; 5]));
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_later_there_is_one_follow_up() {
    let market = Market::open().await;
    let old = market.confirmed(Uuid::now_v7(), Utc::now() - TimeDelta::days(31)).await;
    let young = market.confirmed(Uuid::now_v7(), Utc::now()).await;
    let text = "한 달 동안 매일 써도 튼튼합니다";
    let follow_up = async |purchase: Purchase, id: &Value| {
        let input = json!({ "reviewId": id, "body": text });
        market.run("addReviewFollowUp", "AddReviewFollowUpInput", input, buyer(purchase.buyer)).await
    };
    let (first, second) = (market.write(old, 5).await, market.write(young, 5).await);
    assert_eq!(codes(&follow_up(young, &second["review"]["id"]).await), ["OUT_OF_TIME"]);
    let done = follow_up(old, &first["review"]["id"]).await;
    assert_eq!(done["review"]["followUp"]["body"], text);
    assert_eq!(codes(&follow_up(old, &first["review"]["id"]).await), ["ALREADY_FOLLOWED_UP"]);
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_answer_their_own_reviews() {
    let market = Market::open().await;
    let (id, author) = market.written(1).await;
    let member = user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[market.seller]);
    let reply = async |text: &str, context: RequestContext| {
        let input = json!({ "reviewId": id, "text": text });
        market.run("replyToReview", "ReplyToReviewInput", input, context).await
    };
    let stranger = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(codes(&reply("죄송합니다", stranger.clone()).await), ["NOT_YOUR_SELLER"]);
    let list = "query($id: ID!, $where: ReviewWhere) { sellerReviews(sellerId: $id, where: $where) { totalCount } }";
    let variables = json!({ "id": prefixed("slr", market.seller), "where": { "replied": false } });
    let data = market.services.data("review", list, variables.clone(), member.clone()).await;
    assert_eq!(data["sellerReviews"]["totalCount"], 1);
    assert_eq!(market.services.execute("review", list, variables.clone(), stranger).await.errors.len(), 1);
    let first = reply("죄송합니다", member.clone()).await;
    assert_eq!(first["review"]["reply"], json!({ "text": "죄송합니다", "editedAt": null }));
    let second = reply("바로 바꿔 드리겠습니다", member.clone()).await;
    assert!(second["review"]["reply"]["editedAt"].is_string(), "{second}");
    let data = market.services.data("review", list, variables, member).await;
    assert_eq!(data["sellerReviews"]["totalCount"], 0);
    let replied: Vec<Value> =
        market.told().await.into_iter().filter(|(kind, _)| kind == "review.replied").map(|(_, fact)| fact).collect();
    assert_eq!(replied.len(), 1, "an edit is not told again");
    assert_eq!(replied[0]["authorId"], prefixed("usr", author));
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_lead_to_blinding_and_back() {
    let market = Market::open().await;
    let (id, author) = market.written(5).await;
    let report = async |reason: &str, reporter: Uuid| {
        let query = "mutation($input: ReportReviewInput!) { reportReview(input: $input) {
            reportedReviewId userErrors { code } } }";
        let variables = json!({ "input": { "reviewId": id, "reason": reason } });
        market.services.data("review", query, variables, buyer(reporter)).await["reportReview"].clone()
    };
    let reporter = Uuid::now_v7();
    assert_eq!(codes(&report("OTHER", reporter).await), ["INVALID_TEXT"], "what is it, then?");
    assert_eq!(codes(&report("SPAM", author).await), ["OWN_REVIEW"]);
    let answers = join_all((0..5).map(|_| report("SPAM", reporter))).await;
    assert_eq!(answers.iter().filter(|answer| codes(answer) == ["ALREADY_REPORTED"]).count(), 4);
    report("ABUSE", Uuid::now_v7()).await;
    let list = "{ reportedReviews { totalCount nodes { id openReports reports { reason settledAt } } } }";
    let reported = async || market.services.data("review", list, json!({}), staff()).await["reportedReviews"].clone();
    let open = reported().await;
    assert_eq!((&open["totalCount"], &open["nodes"][0]["openReports"]), (&json!(1), &json!(2)));
    assert_eq!(market.services.execute("review", list, json!({}), buyer(reporter)).await.errors.len(), 1);

    let refused = market.services.execute(
        "review",
        "mutation($id: ID!) { blindReview(input: { reviewId: $id, reason: \"x\" }) { review { id } } }",
        json!({ "id": id }),
        user(Uuid::now_v7(), &[Scope::Seller], &[market.seller]),
    );
    assert_eq!(refused.await.errors.len(), 1);
    assert_eq!(codes(&market.moderate("unblindReview", &id, staff()).await), ["REVIEW_NOT_BLINDED"]);
    assert_eq!(market.moderate("blindReview", &id, staff()).await["review"]["state"], "BLINDED");
    assert_eq!(codes(&market.moderate("blindReview", &id, staff()).await), ["REVIEW_BLINDED"]);
    assert_eq!(codes(&market.vote(&id, reporter).await), ["REVIEW_BLINDED"]);
    assert_eq!(reported().await["totalCount"], 0);
    assert_eq!(market.rating().await.1, 0);
    let query = "query($id: ID!) { review(id: $id) { blindedReason moderations { action } } }";
    let plain = "query($id: ID!) { review(id: $id) { blindedReason } }";
    let data = market.services.data("review", plain, json!({ "id": id }), visitor()).await;
    assert_eq!(data["review"], Value::Null);
    let data = market.services.data("review", plain, json!({ "id": id }), buyer(author)).await;
    assert_eq!(data["review"]["blindedReason"], "욕설");
    assert_eq!(market.moderate("unblindReview", &id, staff()).await["review"]["state"], "PUBLISHED");
    let data = market.services.data("review", query, json!({ "id": id }), staff()).await;
    let expected = json!({ "blindedReason": null, "moderations": [{ "action": "BLIND" }, { "action": "UNBLIND" }] });
    assert_eq!(data["review"], expected);
    assert_eq!(market.rating().await, (json!("5.00"), 1, vec![1, 0, 0, 0, 0]));
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn authors_are_masked_and_leave() {
    let market = Market::open().await;
    let (id, author) = market.written(5).await;
    let person = |name: &str| json!({ "userId": prefixed("usr", author), "email": "a@b.kr", "name": name });
    let author_of = async |context: RequestContext| {
        let query = "query($id: ID!) { review(id: $id) { author { displayName withdrawn user { id } } } }";
        market.services.data("review", query, json!({ "id": id }), context).await["review"]["author"].clone()
    };
    let unknown = json!({ "displayName": "구매자", "withdrawn": false, "user": null });
    assert_eq!(author_of(visitor()).await, unknown);
    market.hear::<Registered>(person("김도아")).await;
    assert_eq!(author_of(visitor()).await["displayName"], "김*아");
    market.hear::<Updated>(person("김한결")).await;
    let own = json!({ "displayName": "김*결", "withdrawn": false, "user": { "id": prefixed("usr", author) } });
    assert_eq!(author_of(buyer(author)).await, own);
    market.hear::<Withdrawn>(json!({ "userId": prefixed("usr", author) })).await;
    market.hear::<Updated>(person("김한결")).await;
    assert_eq!(author_of(visitor()).await, json!({ "displayName": "탈퇴한 회원", "withdrawn": true, "user": null }));
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seeds_are_listed_in_every_order() {
    let market = Market::open().await;
    let database = market.services.database_of("review").await;
    let now = Utc::now();
    let seeds: Vec<review::SeedReview> = (0..6_u8)
        .map(|number| review::SeedReview {
            id: Uuid::now_v7(),
            line_id: Uuid::now_v7(),
            author_id: Uuid::now_v7(),
            seller_id: market.seller,
            product_id: market.product,
            variant_id: market.product,
            variant_name: "파랑".to_owned(),
            stars: i16::from(number % 5 + 1),
            body: format!("리뷰 {number}"),
            photos: if number % 2 == 0 { vec!["/a.svg".to_owned(), "/b.svg".to_owned()] } else { Vec::new() },
            confirmed_at: now,
            created_at: now + TimeDelta::minutes(number.into()),
            reply: (number == 1).then(|| "감사합니다".to_owned()),
            helpful_to: (0..(number * 2 % 5)).map(|_| Uuid::now_v7()).collect(),
        })
        .collect();
    for _ in 0..2 {
        review::seed(&database, &seeds).await.unwrap();
    }
    assert_eq!(market.rating().await, (json!("2.67"), 6, vec![1, 1, 1, 1, 2]));
    let numbers = async |arguments: &str| -> String {
        let data = market.product(&format!("reviews({arguments}) {{ nodes {{ body }} }}")).await;
        let nodes = data["reviews"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| node["body"].as_str().unwrap().replace("리뷰 ", "")).collect()
    };
    assert_eq!(numbers("first: 10").await, "543210");
    assert_eq!(numbers("sort: HELPFUL").await, "241350");
    assert_eq!(numbers("sort: RATING_DESC").await, "432150");
    assert_eq!(numbers("sort: RATING_ASC").await, "051234");
    assert_eq!(numbers("where: { withPhotos: true }").await, "420");
    assert_eq!(numbers("where: { stars: [1, 5] }").await, "540");
    assert_eq!(numbers("where: { stars: [] }").await, "");
    assert_eq!(numbers("where: { stars: [70000] }").await, "");
    // Page by page, forwards and back, in every order.
    for sort in ["NEWEST", "HELPFUL", "RATING_DESC", "RATING_ASC"] {
        let whole = numbers(&format!("sort: {sort}")).await;
        let (mut read, mut after) = (String::new(), String::new());
        loop {
            let page = format!(
                "reviews(first: 2, sort: {sort}{after}) {{ nodes {{ body }} pageInfo {{ endCursor hasNextPage }} }}"
            );
            let data = market.product(&page).await;
            for node in data["reviews"]["nodes"].as_array().unwrap() {
                read.push_str(&node["body"].as_str().unwrap().replace("리뷰 ", ""));
            }
            if data["reviews"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = format!(", after: {}", data["reviews"]["pageInfo"]["endCursor"]);
        }
        assert_eq!(read, whole, "{sort}");
        assert_eq!(numbers(&format!("last: 2, sort: {sort}")).await, whole[4..], "{sort}");
    }
    market.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_and_people_have_their_reviews() {
    let market = Market::open().await;
    let purchase = market.confirmed(Uuid::now_v7(), Utc::now()).await;
    let line = prefixed("lin", purchase.line);
    let query = "query($id: [_Any!]!) { _entities(representations: $id) {
        ... on OrderLine { review { stars } reviewableUntil } ... on User { reviews { totalCount } } } }";
    let line_of = json!({ "id": [{ "__typename": "OrderLine", "id": line }] });
    let entity = async |context: RequestContext| {
        market.services.data("review", query, line_of.clone(), context).await["_entities"][0].clone()
    };
    assert!(entity(buyer(purchase.buyer)).await["reviewableUntil"].is_string());
    assert_eq!(entity(buyer(Uuid::now_v7())).await, json!({ "review": null, "reviewableUntil": null }));
    let id = market.write(purchase, 5).await["review"]["id"].as_str().unwrap().to_owned();
    let reviewed = json!({ "review": { "stars": 5 }, "reviewableUntil": null });
    assert_eq!(entity(buyer(purchase.buyer)).await, reviewed);
    market.moderate("blindReview", &id, staff()).await;
    assert_eq!(entity(buyer(purchase.buyer)).await, reviewed);
    assert_eq!(entity(buyer(Uuid::now_v7())).await["review"], Value::Null);
    let person = json!({ "id": [{ "__typename": "User", "id": prefixed("usr", purchase.buyer) }] });
    let data = market.services.data("review", query, person.clone(), buyer(purchase.buyer)).await;
    assert_eq!(data["_entities"][0]["reviews"]["totalCount"], 1);
    let refused = market.services.execute("review", query, person, buyer(Uuid::now_v7())).await;
    assert_eq!(refused.errors.len(), 1);
    market.close().await;
}
