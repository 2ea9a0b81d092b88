using System.CommandLine;
using System.CommandLine.Parsing;
using MultiagentFT.Cli.Commands;
using MultiagentFT.Cli.Tests.Processes;

namespace MultiagentFT.Cli.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Examples =>
        [.. CommandLine.CreateRoot(Silent()).Subcommands.SelectMany(command => command.Subcommands.Prepend(command))
            .OfType<MftCommand>().SelectMany(command => command.Examples)];

    public static TheoryData<string> Commands => [.. Shown.Select(command => command.Name)];

    private static IEnumerable<Command> Shown => CommandLine.CreateRoot(Silent()).Subcommands.Where(command => !command.Hidden);

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_parses(string example)
    {
        var words = CommandLineParser.SplitCommandLine(example).ToList();
        var parsed = CommandLine.CreateRoot(Silent()).Parse(words[1..]);

        Assert.Equal("mft", words[0]);
        Assert.Empty(parsed.Errors);
        Assert.Contains(example, Assert.IsAssignableFrom<MftCommand>(parsed.CommandResult.Command).Examples);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_shows_description_and_examples(string command)
    {
        var result = (await Mft.RunAsync(command, "--help")).Succeeded();

        Assert.Contains("Description:", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  mft {command} ", result.Output + " ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_arguments_the_commands_are_listed()
    {
        var result = (await Mft.RunAsync()).Succeeded();

        foreach (var command in Shown)
            Assert.Contains("  " + command.Name, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_names_the_parts()
    {
        var result = (await Mft.RunAsync("--version")).Succeeded();

        Assert.Matches(@"^mft \d+\.\d+\.\d+ \(commit ", result.Output);
        Assert.Matches(@"(?m)^(llama\.cpp 0\.5\.0|LLamaSharp \d+\.\d+\.\d+ on ggml )", result.Output);
        Assert.Matches(@"(?m)^runtimes: .*\(in use\)", result.Output);
        Assert.Matches(@"(?m)^  CPU: ", result.Output);
        Assert.Matches(@"(?m)^mixed-adapter decoder \((avx512vnni|avx512|avx2|neon|plain) kernels\)", result.Output);
        Assert.Matches(@"(?m)^TorchSharp 0\.107\.0 \(libtorch loads\)", result.Output);
    }

    private static Terminal Silent() => new(TextWriter.Null, TextWriter.Null, Stream.Null);
}
