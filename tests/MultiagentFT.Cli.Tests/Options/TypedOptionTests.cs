using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;

namespace MultiagentFT.Cli.Tests.Options;

public sealed class TypedOptionTests
{
    [Theory]
    [InlineData("0.001", 0.001)]
    [InlineData("1e-4", 1e-4)]
    [InlineData("-2", -2)]
    [InlineData("3", 3)]
    public void Numbers_are_read(string text, double expected)
    {
        var option = TypedOption.Number<double>("--rate", "a rate");
        Assert.Equal(expected, Parse(option, text).GetValue(option));
    }

    /// <summary>A decimal comma is no thousands separator: 0,5 must not become 5.</summary>
    [Theory]
    [InlineData("0,5")]
    [InlineData("0,001")]
    [InlineData("1,000")]
    [InlineData("1,000.5")]
    [InlineData("1 000")]
    [InlineData("1_000")]
    [InlineData("1'000")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    [InlineData("(5)")]
    [InlineData("five")]
    [InlineData("")]
    public void Anything_else_is_refused(string text)
    {
        Refused(TypedOption.Number<double>("--rate", "a rate"), text, $"--rate: expected a number, found {text}");
        Refused(TypedOption.Number<float>("--rate", "a rate"), text, $"--rate: expected a number, found {text}");
        Refused(TypedOption.Number<int>("--rate", "a rate"), text, $"--rate: expected a whole number, found {text}");
        Refused(TypedOption.Number<ulong>("--rate", "a rate"), text, $"--rate: expected a whole number, found {text}");
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("99999999999")]
    public void Whole_numbers_are_whole(string text) =>
        Refused(TypedOption.Number<int>("--count", "a count"), text, $"--count: expected a whole number, found {text}");

    private static void Refused(Option option, string text, string message) =>
        Assert.Equal(message, Assert.Single(Parse(option, text).Errors).Message);

    private static ParseResult Parse(Option option, string text)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            // Numbers are read the same wherever the program runs.
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            return new Command("test") { option }.Parse(["--" + option.Name.TrimStart('-'), text]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
