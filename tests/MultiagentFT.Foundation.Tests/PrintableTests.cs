namespace MultiagentFT.Foundation.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain text, é and 数", "plain text, é and 数")]
    [InlineData("\u001b[2J\u001b]0;title\u0007", "\\u001b[2J\\u001b]0;title\\u0007")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("right\u202eleft", "right\\u202eleft")]
    [InlineData("a\rb", "a\\rb")]
    [InlineData("\U000e0041", "\\udb40\\udc41")]
    [InlineData("😀", "😀")]
    public void WhatControlsATerminalIsEscaped(string text, string expected)
    {
        Assert.Equal(expected, Printable.Line(text));
        Assert.Equal(expected, Printable.Lines(text));
    }

    [Fact]
    public void LinesStayWhereTheyMay()
    {
        Assert.Equal("a\\nmft: done\\t", Printable.Line("a\nmft: done\t"));
        Assert.Equal("a\nmft: done\t", Printable.Lines("a\nmft: done\t"));
    }

    [Fact]
    public void MessagesAreOneLineWhateverAFileSays() => Assert.Equal(
        "a\\nb.gguf: key\\u001b: expected a name, found \\u001b[31m\\nmft: done",
        new InputException("a\nb.gguf", "key\u001b", "a name", "\u001b[31m\nmft: done").Message);

    [Fact]
    public void ALoneSurrogateBecomesTheReplacement() => Assert.Equal("a\uFFFDb", Printable.Line("a\ud83db"));
}
