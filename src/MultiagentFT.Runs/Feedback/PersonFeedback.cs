namespace MultiagentFT.Runs.Feedback;

/// <summary>The judgments of one person; of several on the same answers the last one counts.</summary>
/// <param name="Name">As the person gave it.</param>
/// <param name="Preferences">Pairs of answers.</param>
/// <param name="Marks">Single answers.</param>
/// <param name="WithOthers">Agreement with each other person on each of the same answers.</param>
/// <param name="WithVote">Agreement with the votes of the debates.</param>
public sealed record PersonFeedback(string Name, int Preferences, int Marks, AgreementShare WithOthers, AgreementShare WithVote);
