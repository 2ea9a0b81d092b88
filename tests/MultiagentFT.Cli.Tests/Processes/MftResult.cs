namespace MultiagentFT.Cli.Tests.Processes;

/// <summary>What a command line did.</summary>
internal sealed record MftResult(int Code, string Output, string Error)
{
    /// <summary>Asserts success, showing the messages otherwise.</summary>
    public MftResult Succeeded()
    {
        Assert.True(Code == ExitCode.Success, Error);
        return this;
    }
}
