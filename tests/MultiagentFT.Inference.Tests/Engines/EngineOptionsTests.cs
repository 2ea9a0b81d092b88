using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Inference.Engines;
using MultiagentFT.Inference.Tests.Fakes;

namespace MultiagentFT.Inference.Tests.Engines;

public class EngineOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.Empty(new EngineOptions().Validate());

    [Fact]
    public void All_problems_are_named_at_once()
    {
        var options = new EngineOptions { Slots = 0, SlotContext = 3, BatchTokens = -1, Threads = -1, Lanes = 0 };
        var error = Assert.Throws<InputException>(() => new GenerationEngine(new FakeRuntime(), options));
        foreach (var key in new[] { "slots", "slotContext", "batchTokens", "threads", "lanes" }) Assert.Contains(key + ":", error.Message);
    }
}
