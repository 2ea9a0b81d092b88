namespace MultiagentFT.Foundation.Tests;

public sealed class InputExceptionTests
{
    [Fact]
    public void TheMessageNamesSourcePlaceExpectedAndFound()
    {
        var error = new InputException("run.json", "rounds", "an integer from 1 to 8", "9");

        Assert.Equal("run.json: rounds: expected an integer from 1 to 8, found 9", error.Message);
        Assert.Equal("run.json", error.InputSource);
        Assert.Equal("rounds", error.Place);
    }

    [Fact]
    public void WithoutAPlaceTheWholeSourceIsMeant() =>
        Assert.Equal("a.gguf: expected a GGUF file, found no such file",
            new InputException("a.gguf", null, "a GGUF file", "no such file").Message);
}
