using MultiagentFT.Foundation;
using MultiagentFT.Training.Objectives;

namespace MultiagentFT.Training.Tests.Objectives;

public sealed class ObjectiveCatalogTests
{
    [Theory]
    [InlineData("supervized", "supervized (did you mean supervised?)")]
    [InlineData("grpo", "grpo")]
    public void AnUnknownObjectiveIsRefusedWithTheClosestOne(string key, string found)
    {
        var error = Assert.Throws<InputException>(() => ObjectiveCatalog.Default.Require(key));
        Assert.Equal($"training option objective: expected supervised, dpo, dpo-norm, kto, found {found}", error.Message);
    }

    [Fact]
    public void AKeyIsTakenOnce() =>
        Assert.Throws<ArgumentException>(() => ObjectiveCatalog.Default.With(SupervisedObjective.Entry));
}
