namespace MultiagentFT.Contracts.Training;

/// <summary>Which tokens of a conversation count in the loss.</summary>
public enum LossTarget
{
    /// <summary>The last assistant turn, its end-of-turn token included.</summary>
    LastTurn,

    /// <summary>Every assistant turn, as in the paper's released code, where a critic is also trained on a wrong first answer.</summary>
    AllTurns,
}
