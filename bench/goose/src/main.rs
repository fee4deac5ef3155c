// The scenario that is measured, for goose: a request, and a check of its body.

use goose::prelude::*;

async fn greet(user: &mut GooseUser) -> TransactionResult {
    let answer = user.get("").await?;
    let text = answer.response?.text().await?;
    assert!(text.contains("hello locust"));
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), GooseError> {
    GooseAttack::initialize()?
        .register_scenario(scenario!("Greeting").register_transaction(transaction!(greet)))
        .execute()
        .await?;
    Ok(())
}
