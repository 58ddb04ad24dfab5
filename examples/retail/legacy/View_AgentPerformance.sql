/* reconcile:
  model: agent_performance
*/
-- Interactions by agent, and the share of them that was resolved. Right as it stands.
CREATE VIEW View_AgentPerformance AS
SELECT
    a.AgentID,
    a.Name AS AgentName,
    COUNT(csi.InteractionID) AS TotalInteractions,
    SUM(CASE WHEN csi.ResolutionStatus = 'Resolved' THEN 1 ELSE 0 END) AS ResolvedInteractions,
    CAST(SUM(CASE WHEN csi.ResolutionStatus = 'Resolved' THEN 1 ELSE 0 END) * 100.0
        / NULLIF(COUNT(csi.InteractionID), 0) AS DECIMAL(5, 2)) AS ResolutionSuccessRate
FROM dbo.Agents a
LEFT JOIN dbo.CustomerServiceInteractions csi ON a.AgentID = csi.AgentID
GROUP BY a.AgentID, a.Name;
