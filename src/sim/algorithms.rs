//! The registry of algorithms: name → constructor. Filled with ours, extended by a user's crate before the start.

use std::collections::BTreeMap;

use crate::mission::{Dispatcher, InOrder, LongestReady};
use crate::scenario::ResolvedScenario;
use crate::traffic::conflict::{HoverAndWait, IntentBased, KeepOn, Mvp, Orca, Prediction, Resolver, StateBased};
use crate::traffic::intent::{FirstCome, LeastCost, Observed, StrategicStrategy, Unfitted};
use crate::traffic::route::{GridPlanner, Planner, StraightPlanner};

/// Constructors of one kind of algorithm, by name.
type Constructors<T> = BTreeMap<String, fn() -> Box<T>>;

/// Every algorithm a scenario may name.
#[derive(Clone)]
pub struct Algorithms {
    dispatchers: Constructors<dyn Dispatcher>,
    predictions: Constructors<dyn Prediction>,
    planners: Constructors<dyn Planner>,
    strategies: Constructors<dyn StrategicStrategy>,
    resolvers: Constructors<dyn Resolver>,
}

/// A scenario names an algorithm that nobody registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "algorithms.{kind}: there is no {kind} `{name}`\n  expected: one of {known}\n  cure: choose one of them, or register yours with Algorithms before the start"
)]
pub struct UnknownAlgorithm {
    /// `dispatcher`, `prediction`, `planner`, `strategic` or `resolver`.
    pub kind: &'static str,
    /// The name.
    pub name: String,
    /// The registered names.
    pub known: String,
}

impl Default for Algorithms {
    /// The algorithms that come with skygrid.
    fn default() -> Self {
        let none = Self {
            dispatchers: BTreeMap::new(),
            predictions: BTreeMap::new(),
            planners: BTreeMap::new(),
            strategies: BTreeMap::new(),
            resolvers: BTreeMap::new(),
        };
        none.with_dispatcher("longest-ready", || Box::new(LongestReady))
            .with_dispatcher("in-order", || Box::new(InOrder))
            .with_prediction("state-based", || Box::new(StateBased))
            .with_prediction("intent-based", || Box::new(IntentBased))
            .with_planner("grid", || Box::new(GridPlanner))
            .with_planner("straight", || Box::new(StraightPlanner))
            .with_strategic("unfitted", || Box::new(Unfitted))
            .with_strategic("observed", || Box::new(Observed))
            .with_strategic("first-come", || Box::new(FirstCome))
            .with_strategic("least-cost", || Box::new(LeastCost))
            .with_resolver("none", || Box::new(KeepOn))
            .with_resolver("mvp", || Box::new(Mvp))
            .with_resolver("orca", || Box::new(Orca))
            .with_resolver("hover", || Box::new(HoverAndWait))
    }
}

impl Algorithms {
    /// The registry with one more dispatcher.
    #[must_use]
    pub fn with_dispatcher(mut self, name: &str, constructor: fn() -> Box<dyn Dispatcher>) -> Self {
        self.dispatchers.insert(name.to_owned(), constructor);
        self
    }

    /// The registry with one more prediction.
    #[must_use]
    pub fn with_prediction(mut self, name: &str, constructor: fn() -> Box<dyn Prediction>) -> Self {
        self.predictions.insert(name.to_owned(), constructor);
        self
    }

    /// The registry with one more planner.
    #[must_use]
    pub fn with_planner(mut self, name: &str, constructor: fn() -> Box<dyn Planner>) -> Self {
        self.planners.insert(name.to_owned(), constructor);
        self
    }

    /// The planner of a name.
    ///
    /// # Errors
    /// If none is registered by that name.
    pub fn planner(&self, name: &str) -> Result<Box<dyn Planner>, UnknownAlgorithm> {
        constructed(&self.planners, "planner", name)
    }

    /// The registry with one more strategic strategy.
    #[must_use]
    pub fn with_strategic(mut self, name: &str, constructor: fn() -> Box<dyn StrategicStrategy>) -> Self {
        self.strategies.insert(name.to_owned(), constructor);
        self
    }

    /// The registry with one more resolver.
    #[must_use]
    pub fn with_resolver(mut self, name: &str, constructor: fn() -> Box<dyn Resolver>) -> Self {
        self.resolvers.insert(name.to_owned(), constructor);
        self
    }

    /// Whether every algorithm that a scenario names is registered.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self, scenario: &ResolvedScenario) -> Result<(), UnknownAlgorithm> {
        self.dispatcher(&scenario.dispatcher)?;
        self.prediction(&scenario.prediction)?;
        self.strategic(&scenario.strategic)?;
        self.resolver(&scenario.resolver)?;
        Ok(())
    }

    pub(super) fn dispatcher(&self, name: &str) -> Result<Box<dyn Dispatcher>, UnknownAlgorithm> {
        constructed(&self.dispatchers, "dispatcher", name)
    }

    pub(super) fn strategic(&self, name: &str) -> Result<Box<dyn StrategicStrategy>, UnknownAlgorithm> {
        constructed(&self.strategies, "strategic", name)
    }

    pub(super) fn resolver(&self, name: &str) -> Result<Box<dyn Resolver>, UnknownAlgorithm> {
        constructed(&self.resolvers, "resolver", name)
    }

    pub(super) fn prediction(&self, name: &str) -> Result<Box<dyn Prediction>, UnknownAlgorithm> {
        constructed(&self.predictions, "prediction", name)
    }
}

fn constructed<T: ?Sized>(all: &Constructors<T>, kind: &'static str, name: &str) -> Result<Box<T>, UnknownAlgorithm> {
    let unknown =
        || UnknownAlgorithm { kind, name: name.to_owned(), known: all.keys().cloned().collect::<Vec<_>>().join(", ") };
    all.get(name).map(|constructor| constructor()).ok_or_else(unknown)
}
