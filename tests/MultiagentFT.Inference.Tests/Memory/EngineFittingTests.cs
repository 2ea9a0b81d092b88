using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Memory;

public class EngineFittingTests
{
    [Fact]
    public void Kept_slots_fill_their_share_where_nothing_says_how_many()
    {
        // A slot of the fake takes 8 bytes a token.
        var options = new EngineOptions { SlotContext = 1 << 20, Lanes = 2 };
        var fitted = EngineFitting.Fit(options, new FakeRuntime { KeepsSlots = true }, NotCounted, out var plan);
        Assert.Equal(options with { KeptSlots = 16 }, fitted);
        Assert.Null(plan);
        Assert.Equal(256, EngineFitting.Fit(new EngineOptions(), new FakeRuntime { KeepsSlots = true }, NotCounted, out _).KeptSlots);
    }

    [Fact]
    public void A_runtime_that_keeps_none_is_not_asked_to()
    {
        var runtime = new FakeRuntime();
        Assert.Equal(new EngineOptions(), EngineFitting.Fit(new EngineOptions(), runtime, NotCounted, out _));
        var error = Assert.Throws<InputException>(() => EngineFitting.Fit(new EngineOptions { KeptSlots = 3 }, runtime, NotCounted, out _));
        Assert.Equal("engine.keptSlots: expected 0, as the decoder that serves this model keeps none, found 3", error.Message);
    }

    [Fact]
    public void A_bound_gives_a_plan_with_room_for_adapters()
    {
        var options = new EngineOptions { Memory = "1GiB" };
        var fitted = EngineFitting.Fit(options, new FakeRuntime(), adapterValues: () => 1 << 20, out var plan);
        Assert.Equal(plan!.Options, fitted);
        Assert.Empty(fitted.Memory);
        Assert.Equal((1L << 30, 4L << 20), (plan.Budget, plan.Adapters));
    }

    [Fact]
    public void A_bound_that_is_no_amount_is_refused() =>
        Assert.Contains("engine.memory", Assert.Throws<InputException>(() => EngineFitting.Fit(new EngineOptions { Memory = "lots" }, new FakeRuntime(), NotCounted, out _)).Message);

    /// <summary>Counting reads all files: it waits until somebody asks.</summary>
    private static long NotCounted() => throw new InvalidOperationException("nothing bounds the memory");
}
