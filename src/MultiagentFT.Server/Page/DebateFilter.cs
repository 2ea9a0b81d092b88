namespace MultiagentFT.Server.Page;

/// <summary>Which debates of a run are listed.</summary>
internal enum DebateFilter
{
    All,

    /// <summary>The first vote is wrong, the last one right.</summary>
    WrongToRight,

    /// <summary>The first vote is right, the last one wrong.</summary>
    RightToWrong,

    /// <summary>No answer has more than half of the last round.</summary>
    NoMajority,

    /// <summary>First answers differ, or some are missing.</summary>
    Contested,

    /// <summary>The last vote is wrong.</summary>
    Wrong,
}
