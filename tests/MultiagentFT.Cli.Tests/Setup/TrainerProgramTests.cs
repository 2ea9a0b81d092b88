using MultiagentFT.Cli.Setup;

namespace MultiagentFT.Cli.Tests.Setup;

public sealed class TrainerProgramTests
{
    private const string Runtime = "/opt/dotnet/shared/Microsoft.NETCore.App/10.0.1/";

    [Fact]
    public void The_program_starts_itself()
    {
        var command = TrainerProgram.Of("/usr/bin/mft", "/usr/lib/mft/", Runtime);

        Assert.Equal("/usr/bin/mft", command.FileName);
        Assert.Empty(command.Arguments);
    }

    [Theory]
    [InlineData("/usr/bin/dotnet", "/usr/bin/dotnet")]
    [InlineData("/tests/Host", "/opt/dotnet/dotnet")]
    [InlineData(null, "/opt/dotnet/dotnet")]
    public void Another_host_runs_the_assembly(string? process, string dotnet)
    {
        if (OperatingSystem.IsWindows()) return;
        var command = TrainerProgram.Of(process, "/usr/lib/mft/", Runtime);

        Assert.Equal(dotnet, command.FileName);
        Assert.Equal(["/usr/lib/mft/mft.dll"], command.Arguments);
    }
}
